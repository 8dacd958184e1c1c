"""Row-level security on the tables with personal data: who of those signed in may see a row.

PostgreSQL only. Functions that look into other tables run with their owner's rights, so that a
policy needs no other policy. Migrations call this, so that tests and the product agree.
"""

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection


def _setting(name: str, kind: str, empty: str) -> str:
    """A function that reads what the transaction said; nothing said is nothing shown."""
    return (
        f"CREATE OR REPLACE FUNCTION wall_{name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE"
        f" AS $$ SELECT COALESCE(NULLIF(current_setting('jobmatch.{name}', true), ''),"
        f" '{empty}')::{kind} $$"
    )


def _look(name: str, arguments: str, returns: str, body: str) -> str:
    """A function that looks into other tables with the rights of their owner."""
    return (
        f"CREATE OR REPLACE FUNCTION wall_{name}({arguments}) RETURNS {returns} LANGUAGE sql "
        "STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp "
        f"AS $$ {body} $$"
    )


# In parentheses with SELECT they are asked once for a statement, not once for a row.
ALL = "(SELECT wall_scope()) = 'all'"
SELF = "(SELECT wall_workers())"
FIRMS = "(SELECT wall_employers())"
BRANDS = "(SELECT wall_brands())"
OFFICER = "(SELECT wall_officer())::text[]"
STATION = "(SELECT wall_station())::text[]"
PERSON = "(SELECT wall_person())"

_SETTINGS = (
    ("scope", "text", "nothing"), ("person", "integer", "0"), ("workers", "integer[]", "{}"),
    ("employers", "integer[]", "{}"), ("brands", "integer[]", "{}"), ("officer", "text[]", "{}"),
    ("station", "text[]", "{}"),
)  # fmt: skip
_LOOKS = (
    # The household of the worker who is signed in.
    (
        "own_households", "", "integer[]",
        "SELECT COALESCE(array_agg(m.household_id), '{}') FROM worker w "
        "JOIN household_member m ON m.id = w.member_id WHERE w.id = ANY (wall_workers())",
    ),
    # Whoever serves a worker: the worker, the desks of the home place, organizers of a brand,
    # the leader of the crew.
    (
        "serves", "key integer", "boolean",
        "SELECT EXISTS (SELECT 1 FROM worker w WHERE w.id = key AND ("
        " w.id = ANY (wall_workers()) OR w.home_code LIKE ANY (wall_officer())"
        " OR w.home_code LIKE ANY (wall_station())"
        " OR ((wall_station() <> '{}' OR wall_brands() <> '{}')"
        " AND w.registered_by = wall_person())))"
        " OR wall_leads(key)",
    ),
    (
        "leads", "key integer", "boolean",
        "SELECT EXISTS (SELECT 1 FROM brand_member m JOIN labor_brand b ON b.id = m.brand_id"
        " WHERE m.worker_id = key AND (b.id = ANY (wall_brands())"
        " OR b.place_code LIKE ANY (wall_officer())))"
        " OR EXISTS (SELECT 1 FROM crew_member c JOIN crew ON crew.id = c.crew_id"
        " WHERE c.worker_id = key AND (crew.leader_id = ANY (wall_workers())"
        " OR crew.brand_id = ANY (wall_brands())))",
    ),
    # Whoever has to do with a worker: an employer whose work they asked for, were asked for or did.
    (
        "employs", "key integer", "boolean",
        "SELECT wall_employers() <> '{}' AND ("
        " EXISTS (SELECT 1 FROM signup s JOIN posting p ON p.id = s.posting_id"
        " WHERE s.worker_id = key AND p.employer_id = ANY (wall_employers()))"
        " OR EXISTS (SELECT 1 FROM crew_member c JOIN crew_order o ON o.crew_id = c.crew_id"
        " JOIN posting p ON p.id = o.posting_id"
        " WHERE c.worker_id = key AND p.employer_id = ANY (wall_employers()))"
        " OR EXISTS (SELECT 1 FROM instant_offer o JOIN instant_hire h ON h.id = o.hire_id"
        " JOIN posting p ON p.id = h.posting_id"
        " WHERE o.worker_id = key AND p.employer_id = ANY (wall_employers()))"
        " OR EXISTS (SELECT 1 FROM wage_charge c WHERE c.worker_id = key"
        " AND c.employer_id = ANY (wall_employers())))",
    ),
    # Officers answer for households and for places: a member of a household of theirs who lives
    # elsewhere, a household elsewhere of somebody who lives here, who works or learns here.
    (
        "kin", "key integer", "boolean",
        "SELECT wall_officer() <> '{}' AND EXISTS (SELECT 1 FROM household_member m"
        " JOIN household h ON h.id = m.household_id"
        " WHERE m.id = key AND h.village_code LIKE ANY (wall_officer()))",
    ),
    (
        "lives_here", "key integer", "boolean",
        "SELECT wall_officer() <> '{}' AND EXISTS (SELECT 1 FROM household_member m"
        " JOIN worker w ON w.member_id = m.id"
        " WHERE m.household_id = key AND w.home_code LIKE ANY (wall_officer()))",
    ),
    (
        "comes_here", "key integer", "boolean",
        "SELECT (wall_officer() <> '{}' OR wall_station() <> '{}' OR wall_brands() <> '{}') AND ("
        " EXISTS (SELECT 1 FROM wage_arrears a WHERE a.worker_id = key"
        " AND a.place_code LIKE ANY (wall_officer()))"
        " OR EXISTS (SELECT 1 FROM enrolment e JOIN training_session s ON s.id = e.session_id"
        " JOIN course c ON c.id = s.course_id WHERE e.worker_id = key"
        " AND (c.place_code LIKE ANY (wall_officer()) OR s.place_code LIKE ANY (wall_officer())"
        " OR c.brand_id = ANY (wall_brands())))"
        " OR EXISTS (SELECT 1 FROM signup g JOIN posting p ON p.id = g.posting_id"
        " WHERE g.worker_id = key AND p.place_code LIKE ANY (wall_officer())))",
    ),
    # Workers of one dispute know each other; its desk knows them.
    (
        "shares_case", "key integer", "boolean",
        "SELECT EXISTS (SELECT 1 FROM dispute_party p WHERE p.worker_id = key"
        " AND wall_case_seen(p.case_id))",
    ),
    (
        "case_seen", "key integer", "boolean",
        "SELECT EXISTS (SELECT 1 FROM dispute_case c WHERE c.id = key AND ("
        " c.employer_id = ANY (wall_employers()) OR c.place_code LIKE ANY (wall_officer())"
        " OR c.place_code LIKE ANY (wall_station())))"
        " OR EXISTS (SELECT 1 FROM dispute_party p WHERE p.case_id = key"
        " AND wall_serves(p.worker_id))",
    ),
)  # fmt: skip

# EXISTS lets the planner choose: look up for a few rows, collect once for many. What it looks
# into is behind the wall itself.
_HOUSEHOLD = f"{ALL} OR EXISTS (SELECT 1 FROM household h WHERE h.id = household_id)"  # noqa: S608 # nosec B608 - our words
_REGISTERED = (
    f"(({STATION} <> '{{}}' OR {BRANDS}::integer[] <> '{{}}') AND registered_by = {PERSON})"
)
_SERVED = (
    f"w.home_code LIKE ANY ({OFFICER}) OR w.home_code LIKE ANY ({STATION})"
    f" OR {_REGISTERED} OR wall_kin(w.member_id)"
)
_IS_SERVED = f"EXISTS (SELECT 1 FROM worker w WHERE w.id = worker_id AND ({_SERVED}))"  # noqa: S608 # nosec B608 - our words
_OF_WORKER = (
    f"{ALL} OR worker_id = ANY ({SELF}::integer[]) OR {_IS_SERVED} OR wall_leads(worker_id)"
)
_OF_FIRM = f"{ALL} OR employer_id = ANY ({FIRMS}::integer[])"
_PAY = f"{_OF_WORKER} OR employer_id = ANY ({FIRMS}::integer[])"

_CASE = f"{ALL} OR EXISTS (SELECT 1 FROM dispute_case c WHERE c.id = case_id)"  # noqa: S608 # nosec B608 - our words
# Where pay goes: the worker, the desk of the home, and who has a slip of theirs to pay.
_AT_DESK = f"SELECT 1 FROM worker w WHERE w.id = worker_id AND w.home_code LIKE ANY ({STATION})"  # noqa: S608 # nosec B608 - our words
_PAYS = (
    "SELECT 1 FROM pay_slip s WHERE s.worker_id = bank_account.worker_id"  # noqa: S608 # nosec B608 - our words
    f" AND s.employer_id = ANY ({FIRMS}::integer[])"
)
_ACCOUNT = (
    f"{ALL} OR worker_id = ANY ({SELF}::integer[]) OR EXISTS ({_AT_DESK}) OR EXISTS ({_PAYS})"
)

# Who sees (and so may write) a row, by table.
POLICIES = {
    "household": f"{ALL} OR village_code LIKE ANY ({OFFICER})"
    " OR id = ANY ((SELECT wall_own_households())::integer[]) OR wall_lives_here(id)",
    "household_member": _HOUSEHOLD,
    "household_consent": _HOUSEHOLD,
    "income_entry": _HOUSEHOLD,
    "income_doubt": _HOUSEHOLD,
    "line_watch": _HOUSEHOLD,
    "worker": f"{ALL} OR id = ANY ({SELF}::integer[])"
    f" OR home_code LIKE ANY ({OFFICER}) OR home_code LIKE ANY ({STATION})"
    f" OR {_REGISTERED}"
    " OR wall_leads(id) OR wall_employs(id) OR wall_kin(member_id) OR wall_comes_here(id)"
    " OR wall_shares_case(id)",
    "consent_event": _OF_WORKER,
    "erasure": _OF_WORKER,
    "skill_proposal": _OF_WORKER,
    "pay_slip": _PAY,
    "pay_slip_line": f"{ALL} OR EXISTS (SELECT 1 FROM pay_slip s WHERE s.id = pay_slip_id)",  # noqa: S608 # nosec B608 - our words
    "wage_charge": _PAY,
    "wage_arrears": f"{_PAY} OR place_code LIKE ANY ({OFFICER})",
    "bank_account": _ACCOUNT,
    "bank_file": _OF_FIRM,
    "dispute_case": f"{_OF_FIRM} OR place_code LIKE ANY ({OFFICER})"
    f" OR place_code LIKE ANY ({STATION}) OR starter_id = ANY ({SELF}::integer[])"
    " OR wall_serves(starter_id) OR wall_case_seen(id)",
    "dispute_party": _CASE,
    "dispute_step": _CASE,
    "dispute_file": _CASE,
}


def create_wall(connection: Connection) -> None:
    """Build the second wall, or build it anew. Nothing on other databases."""
    if connection.dialect.name != "postgresql":
        return
    for name, kind, empty in _SETTINGS:
        connection.exec_driver_sql(_setting(name, kind, empty))
    # A function may name one that comes after it.
    connection.exec_driver_sql("SET LOCAL check_function_bodies = off")
    for name, arguments, returns, body in _LOOKS:
        connection.exec_driver_sql(_look(name, arguments, returns, body))
    for table, seen in _there(connection).items():
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS wall ON {table}")
        connection.exec_driver_sql(
            f"CREATE POLICY wall ON {table} USING ({seen})".replace("%", "%%")
        )
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def drop_wall(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    for table in _there(connection):
        connection.execute(text(f"DROP POLICY IF EXISTS wall ON {table}"))
        connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
    for name, arguments, *_ in reversed(_LOOKS):
        kind = arguments.partition(" ")[2]
        connection.execute(text(f"DROP FUNCTION IF EXISTS wall_{name}({kind})"))
    for name, *_ in _SETTINGS:
        connection.execute(text(f"DROP FUNCTION IF EXISTS wall_{name}()"))


def _there(connection: Connection) -> dict[str, str]:
    """The policies of the tables that this state of the database has: some come later."""
    tables = set(inspect(connection).get_table_names())
    return {table: seen for table, seen in POLICIES.items() if table in tables}


def grant(connection: Connection, role: str) -> None:
    """Let a role that owns nothing read and write rows, now and in tables still to come."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    rights = "SELECT, INSERT, UPDATE, DELETE"
    for words in (
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON TABLES TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {quoted}",
    ):
        connection.exec_driver_sql(words)


def stands(connection: Connection) -> bool:
    """Whether the wall holds whoever this connection is: not the tables' owner, no superuser, no
    role that passes it by. True where the database knows no such wall.
    """
    if connection.dialect.name != "postgresql":
        return True
    rows = connection.execute(
        text("SELECT count(*) FROM pg_class WHERE oid = ANY (CAST(:names AS regclass[])) "
             "AND row_security_active(oid)"),
        {"names": list(POLICIES)},
    )  # fmt: skip
    return rows.scalar() == len(POLICIES)
