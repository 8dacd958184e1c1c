"""Names for the keys that cross houses, so that mypy tells a worker's key from a posting's."""

from typing import NewType

UserId = NewType("UserId", int)
PlaceCode = NewType("PlaceCode", str)
SkillId = NewType("SkillId", str)
HouseholdId = NewType("HouseholdId", int)
MemberId = NewType("MemberId", int)
WorkerId = NewType("WorkerId", int)
BrandId = NewType("BrandId", int)
CrewId = NewType("CrewId", int)
EmployerId = NewType("EmployerId", int)
SiteId = NewType("SiteId", int)
PostingId = NewType("PostingId", int)
PostingDayId = NewType("PostingDayId", int)
SignupId = NewType("SignupId", int)
EngagementId = NewType("EngagementId", int)
WorkDayId = NewType("WorkDayId", int)
SettlementId = NewType("SettlementId", int)
PaySlipId = NewType("PaySlipId", int)
CourseId = NewType("CourseId", int)
TrainingSessionId = NewType("TrainingSessionId", int)
