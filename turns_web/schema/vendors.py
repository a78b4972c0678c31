from sqlalchemy import Boolean, Column, Date, FetchedValue, Integer, Numeric, String, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from turns_web.schema.base import SECRET, archive_columns, base_columns, metadata, row_id

vendors = Table(
    "vendors",
    metadata,
    row_id(),
    Column("company_name", String(255), nullable=False),
    Column("contact_name", String(255)),
    Column("email", String(255)),
    Column("phone", String(20)),
    Column("website", String(500)),
    Column("street_address", String(255)),
    Column("city", String(100)),
    Column("state", String(50)),
    Column("zip_code", String(20)),
    Column("tax_id", String(50), info=SECRET),
    Column("license_number", String(100)),
    Column("insurance_expiry", Date),
    Column("trades", ARRAY(Text), nullable=False, server_default=FetchedValue()),
    Column("service_area", ARRAY(Text), nullable=False, server_default=FetchedValue()),
    Column("is_active", Boolean, nullable=False, server_default=FetchedValue()),
    Column("is_approved", Boolean, nullable=False, server_default=FetchedValue()),
    Column("average_rating", Numeric(3, 2)),
    Column("total_jobs", Integer, nullable=False, server_default=FetchedValue()),
    Column("search_text", Text, FetchedValue(), info=SECRET),
    *archive_columns(),
    *base_columns(),
)
