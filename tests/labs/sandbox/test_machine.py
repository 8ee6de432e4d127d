"""What a machine lacks, and what to do about it."""

import errno

import pytest

from labs import Tier
from labs.sandbox import machine
from labs.sandbox.remedies import Facts, remedy

EPERM, EACCES = errno.EPERM, errno.EACCES
UBUNTU = Facts(apparmor_restricts_userns="1", security_label="unconfined")
DOCKER = Facts(forbidden=("unshare", "mount"), security_label="docker-default (enforce)")
OUR_PROFILE = Facts(security_label="docker-default (enforce)")


def test_it_finds_every_layer_that_the_configured_tier_needs() -> None:
    report = machine.examine()

    assert report.is_ready
    assert report.missing == ()
    assert report.runs[Tier.STRICT]
    assert report.kernel.startswith("Linux ")
    assert machine.advice() == ""


def test_it_tries_all_layers_that_it_names() -> None:
    found = machine._try()

    assert list(found["layers"]) == list(machine.LAYERS)
    assert found["forbidden"] == []


@pytest.mark.parametrize(
    ("layer", "error", "facts", "advice"),
    [
        ("user namespaces", errno.ENOSPC, Facts(max_user_namespaces="0"), "user.max_user_namesp"),
        ("user namespaces", EPERM, Facts(unprivileged_userns_clone="0"), "userns_clone=1"),
        ("user namespaces", EPERM, DOCKER, "forbids unshare, mount: start the container with"),
        ("user namespaces", EPERM, DOCKER, "--security-opt seccomp=deploy/seccomp.json"),
        ("user namespaces", EACCES, UBUNTU, "apparmor_restrict_unprivileged_userns=0"),
        ("user namespaces", errno.EINVAL, Facts(), "CONFIG_USER_NS"),
        ("user namespaces", errno.EUSERS, Facts(), "raise user.max_user_namespaces"),
        ("other namespaces", EPERM, UBUNTU, "Ubuntu's AppArmor"),
        ("other namespaces", EPERM, Facts(), "all that is known"),
        ("mounts", EACCES, OUR_PROFILE, "docker-default forbids it"),
        ("mounts", EACCES, OUR_PROFILE, "--security-opt apparmor=unconfined"),
        ("mounts", EACCES, Facts(security_label="system_u:system_r:container_t:s0"), "label=dis"),
        ("mounts", EACCES, Facts(), "read Python's folders"),
        ("mounts", errno.EROFS, Facts(), "--tmpfs /tmp"),
        ("mounts", errno.ENOSYS, Facts(), "Linux 5.13"),
        ("child namespaces", errno.ENOSPC, Facts(), "raise user.max_user_namespaces"),
        ("landlock", errno.ENOSYS, Facts(kernel="5.10"), "5.13 or newer (this is 5.10)"),
        ("landlock", errno.EOPNOTSUPP, Facts(security_modules="yama"), "lsm=landlock,yama"),
        ("landlock", EPERM, Facts(forbidden=("landlock_create_ruleset",)), "seccomp.json"),
        ("landlock 3", errno.ENOSYS, Facts(kernel="6.1"), "6.2 or newer (this is 6.1)"),
        ("python", EACCES, Facts(), "becomes the user nobody"),
        ("seccomp", errno.EINVAL, Facts(), "CONFIG_SECCOMP_FILTER"),
        ("processor", 0, Facts(), "x86_64 or aarch64"),
        ("/proc", errno.ENOENT, Facts(), "mount -t proc"),
        ("/proc", EACCES, Facts(), "unmasked /proc"),
        ("cgroups", errno.EACCES, Facts(), "Delegate=cpu"),
        ("cgroups", errno.ENOENT, Facts(), "mounted here"),
    ],
)
def test_it_says_how_to_mend(layer: str, error: int, facts: Facts, advice: str) -> None:
    assert advice in remedy(layer, error, facts)


def test_a_read_only_setting_in_a_container_needs_no_mending() -> None:
    assert remedy("namespace limit", errno.EROFS, Facts()) == ""
