"""What authors find in the bucket after a bad day, and what is in it months later."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

from labs.checks import Cloud, ProgramError, check, expect, setup

CLOCK = "clock"
DAY, MINUTE = 86_400, 60
LARGE, SMALL = bytes(200_000), bytes(1000)
MANY = 1000  # as many keys as one request deletes, or one page lists
THEIRS: list[dict[str, Any]] = [
    {
        "ID": "legal",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "contracts/", "Tags": [{"Key": "hold", "Value": "no"}]}},
        "Expiration": {"Days": 3650},
    },
    {
        "ID": "covers",
        "Status": "Enabled",
        "Filter": {"Prefix": "covers/"},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10},
    },
    {
        "ID": "paused",
        "Status": "Disabled",
        "Filter": {"Prefix": "manuscripts/"},
        "Expiration": {"Days": 1},
    },
]

type Version = tuple[str, str, bool]  # key, version id, whether it has data


@setup(once=True)
def build(cloud: Cloud) -> None:
    """Each check makes a bucket of its own; this one tells the time."""
    cloud.client("s3").create_bucket(Bucket=CLOCK)


@check("Deleted files are back", points=1, visible=True)
def files_are_back(cloud: Cloud) -> None:
    house = House(cloud)
    keys = [f"manuscripts/{name}.txt" for name in ("zebra", "apple", "moon")]
    ids = {key: house.write(key) for key in keys}
    stays = house.write("manuscripts/stays.txt")
    since = house.later()
    for key in keys:
        house.delete(key)
    found = restore(cloud, house, "manuscripts/", since)
    expect(found == sorted(keys), f"restore told {found}, and {len(keys)} keys had been deleted.")
    for key, version in {**ids, "manuscripts/stays.txt": stays}.items():
        house.expect_current(key, version)
    again = restore(cloud, house, "manuscripts/", since)
    expect(again == [], f"A second call, with nothing left to do, told {again}.")


@check("Old drafts go, and the newest stay", points=2, visible=True)
def old_drafts_go(cloud: Cloud) -> None:
    house = House(cloud)
    tidy(cloud, house)
    house.noon()
    many = [house.write("drafts/many.txt") for _ in range(7)]
    few = [house.write("drafts/few.txt") for _ in range(4)]
    house.days(30)
    expect(
        len(house.versions()) == len(many) + len(few),
        "A draft's old version is gone before its 30 days are over.",
    )
    house.days(1)
    left = {version for _, version, _ in house.versions()}
    expect(many[-1] in left, "The current version of a draft is gone.")
    expect(set(few) <= left, "A draft with three old versions has lost one of them.")
    expect(set(many[-4:]) <= left, "One of the three newest old versions of a draft is gone.")
    expect(not left & set(many[:-4]), "Old versions of a draft are still there after 31 days.")
    newer = house.write("drafts/many.txt")
    house.days(30)
    left = {version for _, version, _ in house.versions()}
    expect(newer in left and many[-1] in left, "A version is gone that was replaced 30 days ago.")
    house.days(400)
    left = {version for _, version, _ in house.versions()}
    wanted = {*many[-3:], newer, *few}
    expect(wanted <= left, "After a year the newest old versions of a draft are gone.")
    expect(left <= wanted, "After a year a draft still has more old versions than it should.")


@check("Only what was deleted since then comes back", points=2)
def only_since(cloud: Cloud) -> None:
    house, folder = House(cloud), f"m{cloud.random.randrange(100)}/"
    twice, gone, stacked, again, old = keys = [
        f"{folder}{name}" for name in ("gone-twice", "gone", "stacked", "again", "old")
    ]
    last = {key: [house.write(key), house.write(key)][-1] for key in keys}
    never, others = f"{folder}never", ("other/a", f"x{folder}a", f"{folder[:-1]}-b/a")
    for key in others:
        house.write(key)
    for key in (old, stacked, again):
        house.delete(key)
    since = house.later(cloud.random.randrange(2, 200))
    made = {gone: 1, twice: 2, stacked: 3, never: 1, again: 1}
    for key, count in made.items():
        for _ in range(count):
            house.delete(key)
    last[again] = house.write(again)
    for key in others:
        house.delete(key)
    before = house.versions()
    found = restore(cloud, house, folder, since)
    for key in (twice, gone, again):
        house.expect_current(key, last[key])
    for key in (old, stacked):
        expect(house.current(key) == "", "A file is back that was deleted before that moment.")
    for key in others:
        expect(house.current(key) == "", "A file outside the folder came back.")
    after = house.versions()
    data = [[one for one in versions if one[2]] for versions in (before, after)]
    expect(data[0] == data[1], "Versions with data were deleted or written.")
    for key in (*keys, never):
        removed = house.markers_of(before, key) - house.markers_of(after, key)
        wanted = made.get(key, 0) if key != again else 0
        name = key.removeprefix(folder)
        expect(removed == wanted, f"Of the key '{name}' {removed} delete markers were removed.")
    told = [key.removeprefix(folder) for key in found]
    expect(found == [gone, twice], f"restore told {told}, which is not what came back.")


@check("Deletions at the very moment count", points=1)
def at_the_moment(cloud: Cloud) -> None:
    house = House(cloud)
    keys = [f"a/{cloud.random.randrange(10**6)}" for _ in range(2)]
    ids = [house.write(key) for key in keys]
    house.delete(keys[0])
    before = house.now()
    house.delete(keys[1])  # a second later
    zone = cloud.random.choice([-5, 2, 9])
    since = before + timedelta(seconds=1)
    shifted = (since + timedelta(hours=zone)).strftime("%Y-%m-%dT%H:%M:%S")
    found = cloud.call("tidy.restore", house.bucket, "a/", f"{shifted}{zone:+03d}:00")
    expect(keys[1] in found, "A file that was deleted at the very moment did not come back.")
    house.expect_current(keys[1], ids[1])
    expect(house.current(keys[0]) == "", "A file came back that was deleted a second too early.")


@check("Large folders are no obstacle", points=1)
def large_folders(cloud: Cloud) -> None:
    house = House(cloud)
    keys = [f"a/9{cloud.random.randrange(10**6):07}", "a/last"]
    ids = {key: house.write(key) for key in keys}
    since = house.later()
    house.delete_many([f"a/{number:05}" for number in range(MANY)])
    for key in keys:
        house.delete(key)
    found = restore(cloud, house, "a/", since)
    for key, version in ids.items():
        expect(key in found, f"In a folder with {MANY + 2} delete markers a file is not told.")
        house.expect_current(key, version)
    expect(found == sorted(keys), "In a large folder restore tells keys that are not back.")


@check("Uploads that nobody completed are aborted", points=1)
def uploads_are_aborted(cloud: Cloud) -> None:
    house, s3 = House(cloud), cloud.client("s3")
    tidy(cloud, house)
    house.noon()
    for key in ("drafts/a", "logs/a", "manuscripts/a", f"x{cloud.random.randrange(100)}"):
        upload = s3.create_multipart_upload(Bucket=house.bucket, Key=key)["UploadId"]
        s3.upload_part(Bucket=house.bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"part")
    house.days(7)
    count = len(house.uploads())
    expect(count == 4, f"After seven days {4 - count} of four open uploads are gone.")
    house.days(1)
    left = house.uploads()
    expect(not left, f"After eight days the upload of '{left[:1]}' is still open, and billed.")


@check("Logs move, expire and are gone", points=2)
def logs_are_gone(cloud: Cloud) -> None:
    house, s3 = House(cloud), cloud.client("s3")
    tidy(cloud, house)
    house.noon()
    large, small = "logs/2026/large", f"logs/{cloud.random.randrange(100)}"
    for key in (large, "drafts/large", "manuscripts/large"):
        house.write(key, LARGE)
    house.write(small, SMALL)
    classes = house.days_and_classes(30)
    expect(set(classes.values()) == {"STANDARD"}, "Something moved before its 30 days were over.")
    classes = house.days_and_classes(1)
    expect(classes.get(large) == "STANDARD_IA", f"A log of 31 days is in {classes.get(large)}.")
    expect(classes.get(small) == "STANDARD", "A log of 1 KB was moved, which costs more.")
    expect(classes.get("drafts/large") == "STANDARD", "A draft was moved.")
    expect(classes.get("manuscripts/large") == "STANDARD", "A manuscript was moved.")
    classes = house.days_and_classes(334)
    expect({large, small} <= classes.keys(), "A log is gone before its 365 days are over.")
    classes = house.days_and_classes(1)
    expect(not {large, small} & classes.keys(), "A log can still be read after 366 days.")
    house.days(12)  # the rules may need a midnight for each step
    for key, _, has_data in house.versions():
        what = "an old version" if has_data else "a delete marker"
        expect(not key.startswith("logs/"), f"Of an expired log {what} is left ten days later.")
    listed = s3.list_objects_v2(Bucket=house.bucket)["KeyCount"]
    expect(listed == 2, "Not only logs have expired.")


@check("What is not meant stays, rules of others too", points=2)
def nothing_else(cloud: Cloud) -> None:
    house = House(cloud)
    house.put_rules(THEIRS)
    keys = ["manuscripts/a", "xdrafts/a", "drafts", "logs", "covers/a", "archive/logs/a"]
    for key in keys:
        for _ in range(6):
            house.write(key)
    house.write("drafts/current")
    house.delete("manuscripts/a")
    before = house.versions()
    for _ in range(6):
        house.write("drafts/many")
    denied: dict[str, Any] = {"code": "AccessDenied", "status": 403}
    cloud.faults.fail("s3", "GetBucketLifecycleConfiguration", **denied)
    with contextlib.suppress(ProgramError):
        tidy(cloud, house)
    ids = {one.get("ID") for one in house.rules()}
    theirs = {rule["ID"] for rule in THEIRS}
    expect(theirs <= ids, "S3 refused to tell the rules, and those of others are gone.")
    tidy(cloud, house)
    first = house.rules()
    tidy(cloud, house)
    rules = house.rules()
    for rule in THEIRS:
        found = [one for one in rules if one.get("ID") == rule["ID"]]
        expect(found == [rule], f"The rule '{rule['ID']}' of somebody else is not as it was.")
    counts = f"{len(first)} rules, after two {len(rules)}"
    expect(len(rules) == len(first), f"After one call of tidy there are {counts}.")
    house.days(750)
    after = house.versions()
    gone = sorted({key for key, *_ in set(before) - set(after)})
    expect(not gone, f"After two years versions of {gone[:1]} are gone.")
    drafts = sum(key == "drafts/many" for key, *_ in after)
    expect(drafts == 4, f"Beside rules of others, tidy leaves {drafts} of a draft's six versions.")


class House:
    """A versioned bucket of one check."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud, self._s3 = cloud, cloud.client("s3")
        self.bucket = f"house-{cloud.random.randrange(10**9)}"
        self._s3.create_bucket(Bucket=self.bucket)
        state = {"Status": "Enabled"}
        self._s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration=state)

    def write(self, key: str, body: bytes = b"text") -> str:
        """A new version; its id."""
        self._cloud.pass_time(1)
        return str(self._s3.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"])

    def delete(self, key: str) -> None:
        self._cloud.pass_time(1)
        self._s3.delete_object(Bucket=self.bucket, Key=key)

    def delete_many(self, keys: list[str]) -> None:
        self._cloud.pass_time(1)
        objects = [{"Key": key} for key in keys]
        self._s3.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})

    def now(self) -> datetime:
        """The account's time, to the second."""
        self._s3.put_object(Bucket=CLOCK, Key="now")
        moment: datetime = self._s3.head_object(Bucket=CLOCK, Key="now")["LastModified"]
        return moment.astimezone(UTC)

    def later(self, minutes: int = 2) -> str:
        """Some time passes; the moment in the middle."""
        self._cloud.pass_time(minutes * MINUTE)
        moment = self.now()
        self._cloud.pass_time(minutes * MINUTE)
        return moment.isoformat(timespec="seconds")

    def noon(self) -> None:
        """Rules work at midnight: that shall not be in the middle of a check."""
        now = self.now()
        noon = now.replace(hour=12, minute=0, second=0)
        self._cloud.pass_time((noon - now).total_seconds() % DAY)

    def days(self, count: int) -> None:
        self._cloud.pass_time(count * DAY)

    def days_and_classes(self, count: int) -> dict[str, str]:
        """The storage classes of what is there so many days later."""
        self.days(count)
        listed = self._s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {one["Key"]: one["StorageClass"] for one in listed}

    def versions(self) -> list[Version]:
        """All versions and markers."""
        found: list[Version] = []
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket)
        for page in pages:
            for kind, has_data in (("Versions", True), ("DeleteMarkers", False)):
                found += [(one["Key"], one["VersionId"], has_data) for one in page.get(kind, [])]
        return sorted(found)

    def markers_of(self, versions: list[Version], key: str) -> int:
        return sum(one == key and not has_data for one, _, has_data in versions)

    def current(self, key: str) -> str:
        """The id of the version that is read, "" if there is none."""
        listed = self._s3.list_object_versions(Bucket=self.bucket, Prefix=key).get("Versions", [])
        ids = [one["VersionId"] for one in listed if one["Key"] == key and one["IsLatest"]]
        return str(ids[0]) if ids else ""

    def expect_current(self, key: str, version: str) -> None:
        found = self.current(key)
        expect(found != "", f"The file '{key}' cannot be read.")
        expect(found == version, f"The file '{key}' is there, but as another version than before.")

    def uploads(self) -> list[str]:
        found = self._s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])
        return [one["Key"] for one in found]

    def put_rules(self, rules: list[dict[str, Any]]) -> None:
        self._s3.put_bucket_lifecycle_configuration(
            Bucket=self.bucket, LifecycleConfiguration={"Rules": rules}
        )

    def rules(self) -> list[dict[str, Any]]:
        found = self._s3.get_bucket_lifecycle_configuration(Bucket=self.bucket)["Rules"]
        return list(found)


def restore(cloud: Cloud, house: House, prefix: str, since: str) -> list[str]:
    found = cloud.call("tidy.restore", house.bucket, prefix, since)
    is_list = isinstance(found, list) and all(isinstance(key, str) for key in found)
    expect(is_list, f"restore did not return a list of keys: {str(found)[:60]}")
    return list(found)


def tidy(cloud: Cloud, house: House) -> None:
    cloud.call("tidy.tidy", house.bucket)
