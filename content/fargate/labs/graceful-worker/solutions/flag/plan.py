"""How many tasks of a service run where."""


def spread(desired, strategy):
    left = desired
    found = {}
    for one in strategy:
        found[one["capacityProvider"]] = min(one.get("base", 0), left)
        left -= found[one["capacityProvider"]]
    total = sum(one.get("weight", 0) for one in strategy)
    for one in strategy:
        found[one["capacityProvider"]] += left * one.get("weight", 0) // total
    return found
