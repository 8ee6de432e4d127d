"""EventBridge Scheduler: schedules that call their targets on the account's clock.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
"""
