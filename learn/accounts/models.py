"""The person who logs in."""

from typing import Any, ClassVar, override

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learn.accounts.time_zones import TIME_ZONE_LENGTH


class Theme(models.TextChoices):
    """Which colours the pages have."""

    SYSTEM = "system", _("As my system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class EditorSize(models.TextChoices):
    """Sizes of the editor's letters in rem, those of learn/assets/src/lab/preferences.js."""

    SMALLEST = "0.8", _("Smallest")
    NORMAL = "0.9", _("Normal")
    LARGER = "1", _("Larger")
    LARGE = "1.15", _("Large")
    VERY_LARGE = "1.3", _("Very large")
    HUGE = "1.5", _("Huge")
    HUGEST = "1.75", _("Largest")


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user. `password=None` means that nobody can log in with one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @override
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """The e-mail address is the log-in name; the name is what other people see."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    # Those who run the site; `manage.py staff` says who.
    is_staff = models.BooleanField(default=False)
    # Who may make cohorts, and so see solutions and grant time; `manage.py teacher` says who.
    may_teach = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Of the IANA database; empty as long as the browser's is good enough.
    time_zone = models.CharField(max_length=TIME_ZONE_LENGTH, blank=True)
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)
    editor_size = models.CharField(max_length=4, choices=EditorSize, default=EditorSize.NORMAL)
    editor_plain = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="user_email_in_any_case"),
        ]

    @override
    def __str__(self) -> str:
        return self.name or self.email

    @property
    def can_teach(self) -> bool:
        return self.may_teach or self.is_staff
