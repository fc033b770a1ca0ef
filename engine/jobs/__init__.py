"""Work that can be watched and stopped: pure threading, no Qt, no models."""

from engine.jobs.context import CancelToken, JobContext, Progress, ProgressSink
from engine.jobs.queue import JobHandle, JobQueue, JobState

__all__ = ["CancelToken", "JobContext", "JobHandle", "JobQueue", "JobState", "Progress", "ProgressSink"]
