from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Place(Base):
    """A node of the statistical division tree; each code begins with its parent's.

    level   1 region (15), 2 league (1505), 3 banner (150525), 4 township (150525102), 5 village
    lon/lat degrees; villages and most townships carry the point of the nearest node above that
    has one
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
        Index(None, "parent_code"),
        Index(None, "level", "initials"),
    )
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    level: Mapped[int] = mapped_column(Integer)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(60))
    short_name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(24))
    full_name: Mapped[str] = mapped_column(String(160))
    pinyin: Mapped[str] = mapped_column(String(120))
    initials: Mapped[str] = mapped_column(String(40))
    lon: Mapped[float] = mapped_column(Float)
    lat: Mapped[float] = mapped_column(Float)
    coord_quality: Mapped[str] = mapped_column(String(24))
