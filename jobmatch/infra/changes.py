"""A feed of what changed that matters to matching, written by the database itself.

Triggers, not code: whoever writes a worker's days or a posting's places, the feed has a row in the
same transaction, so that no process that keeps people and postings in memory can miss it.

Rows: kind 'w' a worker, 'p' a posting, 'r' rules (everything is to be read anew); key: whose.
xid: on PostgreSQL the writing transaction, because ids there are not in the order of commits.
"""

from collections.abc import Sequence

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

_PERSON = (
    "born, home_code, lon, lat, max_km, stays_away, home_by, least_day_fen, no_heavy, "
    "matching_opt_out, is_active, member_id, most_minutes"
)
# Table, kind, what is its key in the row, columns that matter (empty: all).
WATCHED = (
    ("worker", "w", "{row}.id", _PERSON),
    ("worker_skill", "w", "{row}.worker_id", ""),
    ("credential", "w", "{row}.worker_id", ""),
    ("availability", "w", "{row}.worker_id", ""),
    ("brand_member", "w", "{row}.worker_id", "state, worker_id, brand_id"),
    ("engagement_day", "w", "{row}.worker_id", ""),
    ("attendance_event", "w", "{row}.worker_id", ""),
    ("work_day", "w", "{row}.worker_id", "worker_id, work_date"),
    ("posting", "p", "{row}.id", ""),
    ("posting_skill", "p", "{row}.posting_id", ""),
    ("posting_day", "p", "{row}.posting_id", ""),
    ("skill", "r", "0", "id, is_active"),
    ("dated_rule", "r", "0", ""),
)
# Of these, the workers concerned are found: by table, and the worker's members that they are.
_MEMBERS = (
    (
        "household",
        "kind, priority",
        "SELECT m.id FROM household_member m WHERE m.household_id = NEW.id",
    ),
    ("household_member", "household_id", "SELECT NEW.id"),
)


def create_feed(connection: Connection) -> None:
    """Begin to write the feed, for the columns that this schema has."""

    def there(table: str, columns: str) -> str:
        known = {column["name"] for column in inspect(connection).get_columns(table)}
        return ", ".join(name for name in columns.split(", ") if name in known)

    person = there("worker", _PERSON)
    watched = [(*row[:3], person if row[0] == "worker" else row[3]) for row in WATCHED]
    members = [(table, there(table, columns), keys) for table, columns, keys in _MEMBERS]
    for statement in _statements(connection.dialect.name, watched, members):
        connection.exec_driver_sql(statement)


def drop_feed(connection: Connection) -> None:
    """Stop writing it: for mass loading, which says at its end that all is to be read anew."""
    if connection.dialect.name == "postgresql":
        for table in (*(row[0] for row in WATCHED), *(row[0] for row in _MEMBERS)):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_feed ON {table}"))
        return
    # Asked of the catalogue: IF EXISTS trusts what the connection remembers of the schema.
    there = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in there.scalars().all():
        if name.endswith(("_feed_insert", "_feed_update", "_feed_delete")):
            connection.execute(text(f"DROP TRIGGER {name}"))


def everything_changed(connection: Connection) -> None:
    """Say that all is to be read anew."""
    xid = "0" if connection.dialect.name == "sqlite" else _XID
    connection.execute(text(f"INSERT INTO match_change (kind, key, xid) SELECT 'r', 0, {xid}"))


_XID = "CAST(CAST(pg_current_xact_id() AS text) AS bigint)"


Watched = Sequence[tuple[str, str, str, str]]
Members = Sequence[tuple[str, str, str]]


def _statements(dialect: str, watched: Watched, members: Members) -> list[str]:
    return (_postgresql if dialect == "postgresql" else _sqlite)(watched, members)


_ROW = "INSERT INTO match_change (kind, key, xid) SELECT '{kind}', {key}, 0{where}; "


def _sqlite(watched: Watched, of_members: Members) -> list[str]:
    found = []
    for table, kind, key, columns in watched:
        new, old = key.format(row="NEW"), key.format(row="OLD")
        told = {
            "INSERT": _ROW.format(kind=kind, key=new, where=""),
            "DELETE": _ROW.format(kind=kind, key=old, where=""),
            # A row seldom changes its owner; then both are concerned.
            "UPDATE": _ROW.format(kind=kind, key=new, where="")
            + _ROW.format(kind=kind, key=old, where=f" WHERE {old} <> {new}"),
        }
        for deed, rows in told.items():
            of = f" OF {columns}" if columns and deed == "UPDATE" else ""
            found.append(
                f"CREATE TRIGGER {table}_feed_{deed.lower()} AFTER {deed}{of} ON {table} "
                f"BEGIN {rows}END"
            )
    for table, column, members in of_members:
        rows = _ROW.format(kind="w", key="w.id", where=_WHO.format(members=members))
        found.append(
            f"CREATE TRIGGER {table}_feed_update AFTER UPDATE OF {column} ON {table} "
            f"BEGIN {rows}END"
        )
    return found


_WHO = " FROM worker w WHERE w.member_id IN ({members})"


def _postgresql(watched: Watched, of_members: Members) -> list[str]:
    found = [
        f"""
        CREATE OR REPLACE FUNCTION tell_match_change() RETURNS trigger AS $$
        DECLARE old_key integer; new_key integer; BEGIN
          IF TG_OP <> 'INSERT' THEN
            old_key := COALESCE((to_jsonb(OLD)->>TG_ARGV[1])::integer, 0);
          END IF;
          IF TG_OP <> 'DELETE' THEN
            new_key := COALESCE((to_jsonb(NEW)->>TG_ARGV[1])::integer, 0);
          END IF;
          INSERT INTO match_change (kind, key, xid)
          SELECT TG_ARGV[0], k, {_XID}
          FROM (SELECT old_key AS k UNION SELECT new_key) AS keys WHERE k IS NOT NULL;
          RETURN NULL;
        END $$ LANGUAGE plpgsql
        """,  # noqa: S608 # nosec B608 - no input
    ]
    for table, kind, key, columns in watched:
        of = f" OF {columns}" if columns else ""
        name = key.partition(".")[2] or "no_key"
        found.append(
            f"CREATE TRIGGER {table}_feed AFTER INSERT OR DELETE OR UPDATE{of} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tell_match_change('{kind}', '{name}')"
        )
    for table, column, members in of_members:
        found.append(
            f"""
            CREATE OR REPLACE FUNCTION tell_{table}_change() RETURNS trigger AS $$ BEGIN
              INSERT INTO match_change (kind, key, xid)
              SELECT 'w', w.id, {_XID}{_WHO.format(members=members)};
              RETURN NULL;
            END $$ LANGUAGE plpgsql
            """
        )
        found.append(
            f"CREATE TRIGGER {table}_feed AFTER UPDATE OF {column} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tell_{table}_change()"
        )
    return found


def drop_functions(connection: Connection) -> None:
    """Take PostgreSQL's functions away, once no trigger needs them."""
    if connection.dialect.name == "postgresql":
        for name in ("match", *(row[0] for row in _MEMBERS)):
            connection.execute(text(f"DROP FUNCTION IF EXISTS tell_{name}_change()"))
