"""The table stands below: the administrator's desk reads it, and the web cannot see the tasks."""

from jobmatch.infra.task_runs import TaskRun

__all__ = ["TaskRun"]
