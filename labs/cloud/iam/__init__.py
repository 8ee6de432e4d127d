"""Identity and access management: what policies allow, and who may do what in the account.

`statements`, `conditions` and `evaluator` know policies alone. `needs` says which permissions a
call takes; `enforcement` asks for them, and `report` says what was used of what was granted.
"""
