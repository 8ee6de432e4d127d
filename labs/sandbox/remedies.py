"""Why a layer of the sandbox may be missing, and how to mend it.

What deploy/README.md explains at length, in one sentence each.
"""

import errno
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REFUSED = (errno.EPERM, errno.EACCES)


@dataclass(frozen=True)
class Facts:
    """What the system tells about itself; "" where it does not have such a setting.

    `forbidden` are the system calls that a seccomp filter, such as a container's, forbids.
    """

    forbidden: tuple[str, ...] = ()
    max_user_namespaces: str = ""
    unprivileged_userns_clone: str = ""
    apparmor_restricts_userns: str = ""
    security_label: str = ""
    security_modules: str = ""
    kernel: str = ""

    @classmethod
    def read(cls, *, forbidden: tuple[str, ...]) -> "Facts":
        return cls(
            forbidden=forbidden,
            max_user_namespaces=_line("/proc/sys/user/max_user_namespaces"),
            unprivileged_userns_clone=_line("/proc/sys/kernel/unprivileged_userns_clone"),
            apparmor_restricts_userns=_line(
                "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
            ),
            security_label=_line("/proc/self/attr/current"),
            security_modules=_line("/sys/kernel/security/lsm"),
            kernel=platform.release(),
        )


def remedy(layer: str, error: int, facts: Facts) -> str:
    """What to do about a layer that failed with this errno; "" if nothing is to be done."""
    if layer == "namespace limit" and error == errno.EROFS:
        return ""  # as in every container: seccomp forbids new namespaces as well
    rules = {
        "processor": _processor,
        "/proc": _proc,
        "user namespaces": _user_namespaces,
        "other namespaces": _confined,
        "mounts": _mounts,
        "child namespaces": _child_namespaces,
        "landlock": _landlock,
        "landlock 3": _landlock_3,
        "python": _python,
        "seccomp": _seccomp,
        "cgroups": _cgroups,
    }
    rule = rules.get(layer, _confined)
    return next(rule(error, facts), "The system's answer is all that is known.")


def _processor(_error: int, _facts: Facts) -> Iterator[str]:
    yield "Use a machine with x86_64 or aarch64 processors: others' system calls are not listed."


def _proc(error: int, _facts: Facts) -> Iterator[str]:
    if error == errno.ENOENT:
        yield "Mount it: mount -t proc proc /proc."
    yield "A container masks it: start the container with the usual, unmasked /proc."


def _user_namespaces(error: int, facts: Facts) -> Iterator[str]:
    if facts.max_user_namespaces == "0":
        yield "Allow them: sysctl -w user.max_user_namespaces=15000."
    yield from _filtered(facts)
    if facts.unprivileged_userns_clone == "0":
        yield "Allow them: sysctl -w kernel.unprivileged_userns_clone=1."
    if error in (errno.EINVAL, errno.ENOSYS):
        yield "Use a kernel that was built with CONFIG_USER_NS."
    if error in (errno.ENOSPC, errno.EUSERS):
        yield "Too many are in use or nested: raise user.max_user_namespaces."
    yield from _confined(error, facts)


def _confined(error: int, facts: Facts) -> Iterator[str]:
    """Namespaces are there, but what root may do in them is refused."""
    yield from _filtered(facts)
    if error not in REFUSED:
        return
    if facts.apparmor_restricts_userns == "1":
        yield (
            "Ubuntu's AppArmor takes all privileges in a user namespace: "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, "
            "or load deploy/apparmor for the worker."
        )
    if facts.security_label.endswith("(enforce)"):
        profile = facts.security_label.partition(" ")[0]
        yield (
            f"The AppArmor profile {profile} forbids it: start the container with "
            "--security-opt apparmor=unconfined, or load deploy/apparmor and name that."
        )
    if ":container" in facts.security_label:
        yield "SELinux forbids it: start the container with --security-opt label=disable."


def _mounts(error: int, facts: Facts) -> Iterator[str]:
    yield from _confined(error, facts)
    if error in (errno.EROFS, errno.ENOSPC):
        yield "The folder for temporary files must be writable: --tmpfs /tmp, or set TMPDIR."
    yield from _python(error, facts)
    if error in (errno.ENOSYS, errno.EINVAL):
        yield "Use Linux 5.13 or newer."


def _child_namespaces(error: int, facts: Facts) -> Iterator[str]:
    if error in (errno.ENOSPC, errno.EUSERS):
        yield "Too many user namespaces are in use or nested: raise user.max_user_namespaces."
    yield from _confined(error, facts)


def _landlock(error: int, facts: Facts) -> Iterator[str]:
    yield from _filtered(facts)
    if error == errno.EOPNOTSUPP:
        others = facts.security_modules or "what /sys/kernel/security/lsm lists"
        yield f"It is switched off: boot the kernel with lsm=landlock,{others}."
    yield (
        f"Use Linux 5.13 or newer (this is {facts.kernel}), built with CONFIG_SECURITY_LANDLOCK."
    )


def _landlock_3(_error: int, facts: Facts) -> Iterator[str]:
    yield f"Use Linux 6.2 or newer (this is {facts.kernel}), or tier strict."


def _python(error: int, _facts: Facts) -> Iterator[str]:
    if error == errno.EACCES:
        yield (
            "Let everybody read Python's folders, and enter all folders above them: "
            "a worker that is started as root becomes the user nobody."
        )


def _seccomp(_error: int, facts: Facts) -> Iterator[str]:
    yield from _filtered(facts)
    yield "Use a kernel that was built with CONFIG_SECCOMP_FILTER."


def _cgroups(error: int, _facts: Facts) -> Iterator[str]:
    if error == errno.ENOENT:
        yield "None with the cpu controller is mounted here. Nothing needs it but fairness."
    yield (
        "Delegate one to the worker's user, as systemd does with Delegate=cpu. "
        "Nothing needs it but fairness."
    )


def _filtered(facts: Facts) -> Iterator[str]:
    if facts.forbidden:
        yield (
            f"A seccomp filter forbids {', '.join(facts.forbidden)}: start the container with "
            "--security-opt seccomp=deploy/seccomp.json."
        )


def _line(path: str) -> str:
    try:
        return Path(path).read_text().strip("\n\0 ")
    except OSError:
        return ""
