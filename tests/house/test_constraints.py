"""Whatever the database may refuse a person has a sentence, and a field that it belongs to."""

import re
from pathlib import Path

import migrations
from turns_web.core.errors import CONSTRAINTS

SQL = Path(migrations.__file__).parent / "sql"

# What no form of today writes, or what the database alone fills in: nobody can be told of it.
NOBODY_MEETS = {
    "api_tokens_scope_known",
    "api_tokens_token_key",
    "api_tokens_user_id_fkey",
    "chores_every_s_positive",
    "idx_outbox_mail_key",
    "exports_user_id_fkey",
    "exports_status_known",
    "exports_done_whole",
    "idx_exports_under_way",
    "imports_user_id_fkey",
    "saved_views_owner_id_fkey",
    "saved_views_owner_page_name_key",
    "write_receipts_user_id_fkey",
    "write_receipts_user_id_write_id_key",
    "write_receipts_write_id_not_blank",
    "users_preferences_object",
}

# On columns that the application may write; who made or changed a row is filled in.
OF_TABLES = """
    SELECT conname FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'f', 'x') AND conparentid = 0
        AND conname !~ '_by_fkey$'
        AND EXISTS (SELECT FROM unnest(conkey) AS of WHERE has_column_privilege('turns_app', conrelid, of, 'INSERT')
            OR has_column_privilege('turns_app', conrelid, of, 'UPDATE'))
    UNION
    SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)
        AND c.relname NOT IN ('property_summary_id_idx', 'typical_costs_home_idx', 'turn_stage_log_one_open_a_turn',
            'change_orders_one_needed_a_turn')
"""


def raised() -> set[str]:
    """Names of what our own SQL refuses for a person to mend; the other codes carry their sentence to the page."""
    found = set()
    for file in SQL.glob("*.sql"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"ERRCODE = '23514', CONSTRAINT = '(\w+)'(?! \|\|)", text))
    return found


def test_every_constraint_has_a_sentence(app, database):
    with database.admin() as connection:
        names = {name for (name,) in connection.execute(OF_TABLES)} | raised()
    missing = names - CONSTRAINTS.keys() - NOBODY_MEETS
    assert not missing, missing


def test_no_sentence_is_for_a_constraint_that_is_gone(app, database):
    with database.admin() as connection:
        made = {
            name
            for (name,) in connection.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
        }
    named = {f"properties_{manager}_role" for manager in ("property_manager_id", "sr_property_manager_id")}
    gone = CONSTRAINTS.keys() - made - raised() - named
    assert not gone, gone
