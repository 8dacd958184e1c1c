"""Floor 3: what happens by the clock. A task is one thin module in `daily` that calls one service.

`flask scheduler` runs in a process of its own, never in a web worker; several of them stand by, one
leads (leader.py). Each run takes its row (task, due) first, so that no slot runs twice (runner.py).
"""
