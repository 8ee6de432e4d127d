import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("quiz", "Quiz"), ("lesson", "Lesson"), ("review", "Review")],
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("points", models.PositiveSmallIntegerField(default=1)),
                ("module", models.CharField(max_length=60)),
                ("question", models.CharField(max_length=60)),
                ("seed", models.PositiveIntegerField()),
                ("fields", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("marking", "Marking"), ("marked", "Marked")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("score", models.FloatField(blank=True, null=True)),
                ("summary", models.CharField(blank=True, max_length=200)),
                ("misconceptions", models.JSONField(default=list)),
                ("evaluation", models.JSONField(blank=True, null=True)),
                ("hints_shown", models.PositiveSmallIntegerField(default=0)),
                ("is_first", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("marked_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("send_count", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["attempt", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quiz", models.CharField(max_length=200)),
                ("content_hash", models.CharField(max_length=64)),
                ("number", models.PositiveSmallIntegerField()),
                ("rules", models.JSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("marking", "Marking"), ("marked", "Marked")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("is_late", models.BooleanField(default=False)),
                ("score", models.FloatField(blank=True, null=True)),
                ("max_score", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["-started_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="QuestionVersion",
            fields=[
                (
                    "content_hash",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("module", models.CharField(max_length=60)),
                ("slug", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=30)),
                ("source", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="quizattempt",
            name="quiz_attempt_by_quiz",
        ),
        migrations.RemoveConstraint(
            model_name="quizattempt",
            name="quiz_attempt_once_per_form",
        ),
        migrations.RemoveConstraint(
            model_name="quizattempt",
            name="quiz_attempt_score",
        ),
        migrations.AddField(
            model_name="answer",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="quiz_attempts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="attempt",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="quizzes.attempt",
            ),
        ),
        migrations.AddIndex(
            model_name="questionversion",
            index=models.Index(fields=["module", "slug"], name="version_by_question"),
        ),
        migrations.AddField(
            model_name="answer",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="quizzes.questionversion",
            ),
        ),
        migrations.RemoveField(
            model_name="quizattempt",
            name="user",
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["quiz", "user"], name="attempt_by_quiz"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["due_at"],
                name="attempt_open_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("user", "quiz"),
                name="attempt_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                fields=("user", "quiz", "number"), name="attempt_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score__isnull", True),
                    models.Q(("score__gte", 0), ("score__lte", models.F("max_score"))),
                    _connector="OR",
                ),
                name="attempt_score",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("is_first", True)),
                fields=["module", "question"],
                name="answer_first",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                fields=["user", "module", "question", "-asked_at"], name="answer_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("status", "marking")),
                fields=["sent_at"],
                name="answer_marking",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("attempt__isnull", False)),
                fields=("attempt", "position"),
                name="answer_position",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_first", True)),
                fields=("user", "module", "question"),
                name="answer_one_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("score__gte", 0), ("score__lte", 1), ("status", "marked")),
                    models.Q(
                        models.Q(("status", "marked"), _negated=True), ("score__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="answer_score",
            ),
        ),
        migrations.DeleteModel(
            name="QuizAttempt",
        ),
    ]
