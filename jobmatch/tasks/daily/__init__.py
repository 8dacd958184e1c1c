"""One module a task.

AT           hour and minute in Asia/Shanghai
MISSED_DAYS  how many missed days are made up for; 0: only the latest slot matters
IN_ONE       whether the outcome is written in the transaction of the effect: both or neither
run(day)     the work of that day; returns what came of it
"""
