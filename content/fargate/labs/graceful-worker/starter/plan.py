"""How many tasks of a service run where."""


def spread(desired, strategy):
    return {one["capacityProvider"]: desired // len(strategy) for one in strategy}
