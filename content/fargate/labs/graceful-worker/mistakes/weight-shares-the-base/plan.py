"""How many tasks of a service run where."""


def spread(desired, strategy):
    total = sum(one.get("weight", 0) for one in strategy)
    return {
        one["capacityProvider"]: max(
            one.get("base", 0), desired * one.get("weight", 0) // total
        )
        for one in strategy
    }
