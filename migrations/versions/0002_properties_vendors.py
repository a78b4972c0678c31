"""Homes and who works on them."""

from alembic import op

revision = "0002"
down_revision = "0001"

BASE = """
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() REFERENCES users,
    updated_by uuid DEFAULT app_actor() REFERENCES users"""

ARCHIVE = """
    is_archived boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    archived_by uuid REFERENCES users,"""

VENDORS = f"""
CREATE TABLE vendors (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    company_name varchar(255) NOT NULL,
    contact_name varchar(255),
    email varchar(255),
    phone varchar(20),
    website varchar(500),
    street_address varchar(255),
    city varchar(100),
    state varchar(50),
    zip_code varchar(20),
    tax_id varchar(50),
    license_number varchar(100),
    insurance_expiry date,
    trades text[] NOT NULL DEFAULT '{{}}',
    service_area text[] NOT NULL DEFAULT '{{}}',
    is_active boolean NOT NULL DEFAULT true,
    is_approved boolean NOT NULL DEFAULT false,
    average_rating numeric(3,2) CONSTRAINT vendors_rating_range CHECK (average_rating BETWEEN 0 AND 5),
    total_jobs integer NOT NULL DEFAULT 0 CONSTRAINT vendors_jobs_not_negative CHECK (total_jobs >= 0),
    {ARCHIVE}
    {BASE},
    search_text text GENERATED ALWAYS AS (search_fold(company_name || E'\\n' || coalesce(contact_name, '') || E'\\n'
        || coalesce(email, '') || E'\\n' || coalesce(city, ''))) STORED
);
CREATE INDEX idx_vendors_is_active ON vendors (is_active);
CREATE INDEX idx_vendors_is_approved ON vendors (is_approved);
CREATE INDEX idx_vendors_active_approved ON vendors (is_active, is_approved) WHERE is_active AND is_approved;
CREATE INDEX idx_vendors_company_name ON vendors (company_name);
CREATE INDEX idx_shape_vendors ON vendors (is_active, is_approved) WHERE is_active;
CREATE INDEX idx_vendors_search ON vendors USING gin (search_text gin_trgm_ops);

ALTER TABLE users ADD CONSTRAINT users_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendors;
"""

PROPERTIES = f"""
CREATE TABLE property_types (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL CONSTRAINT property_types_name_key UNIQUE,
    is_active boolean NOT NULL DEFAULT true,
    {BASE}
);

CREATE TABLE properties (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    property_id varchar(50) NOT NULL CONSTRAINT properties_property_id_key UNIQUE,
    name varchar(255) NOT NULL,
    street_address varchar(255) NOT NULL,
    unit varchar(50),
    community varchar(255),
    city varchar(100),
    state varchar(50),
    zip_code varchar(20),
    country varchar(100) DEFAULT 'United States',
    county varchar(100),
    property_type_id uuid CONSTRAINT properties_property_type_id_fkey REFERENCES property_types,
    year_built integer,
    market varchar(100),
    area_sqft integer CONSTRAINT properties_area_not_negative CHECK (area_sqft >= 0),
    bedrooms numeric(3,1) CONSTRAINT properties_bedrooms_not_negative CHECK (bedrooms >= 0),
    bathrooms numeric(3,1) CONSTRAINT properties_bathrooms_not_negative CHECK (bathrooms >= 0),
    monthly_rent numeric(10,2) CONSTRAINT properties_rent_not_negative CHECK (monthly_rent >= 0),
    timezone varchar(64),
    is_active boolean NOT NULL DEFAULT true,
    is_section_8 boolean NOT NULL DEFAULT false,
    in_disposition boolean NOT NULL DEFAULT false,
    has_insurance boolean NOT NULL DEFAULT false,
    has_squatters boolean NOT NULL DEFAULT false,
    is_core boolean NOT NULL DEFAULT true,
    ownership_status boolean NOT NULL DEFAULT false,
    property_manager_id uuid CONSTRAINT properties_property_manager_id_fkey REFERENCES users,
    sr_property_manager_id uuid CONSTRAINT properties_sr_property_manager_id_fkey REFERENCES users,
    move_in_date date,
    move_out_date date,
    {ARCHIVE}
    {BASE},
    search_text text GENERATED ALWAYS AS (search_fold(property_id || E'\\n' || name || E'\\n' || street_address
        || coalesce(' ' || unit, '') || coalesce(', ' || city, '') || coalesce(', ' || state, '')
        || coalesce(' ' || zip_code, '') || E'\\n' || coalesce(community, ''))) STORED
);
CREATE INDEX idx_properties_property_id ON properties (property_id);
CREATE INDEX idx_properties_is_active ON properties (is_active);
CREATE INDEX idx_properties_is_core ON properties (is_core);
CREATE INDEX idx_properties_manager ON properties (property_manager_id, is_active);
CREATE INDEX idx_properties_sr_manager ON properties (sr_property_manager_id, is_active);
CREATE INDEX idx_properties_shape_filter ON properties (property_manager_id, sr_property_manager_id, is_active);
CREATE INDEX idx_properties_active_manager ON properties (property_manager_id) WHERE is_active;
CREATE INDEX idx_shape_properties ON properties (property_manager_id, sr_property_manager_id, is_active,
    created_at DESC);
CREATE INDEX idx_properties_covering ON properties (id, property_id, name, is_active)
    INCLUDE (street_address, city, state);
CREATE INDEX idx_properties_market ON properties (market);
CREATE INDEX idx_properties_search ON properties USING gin (search_text gin_trgm_ops);
"""

UTILITIES = f"""
CREATE TABLE utility_providers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL,
    kind utility_kind NOT NULL,
    phone varchar(20),
    website varchar(500),
    {ARCHIVE}
    {BASE},
    CONSTRAINT utility_providers_name_kind_key UNIQUE (name, kind)
);

CREATE TABLE property_utilities (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    property_id uuid NOT NULL CONSTRAINT property_utilities_property_id_fkey REFERENCES properties,
    utility_provider_id uuid NOT NULL
        CONSTRAINT property_utilities_utility_provider_id_fkey REFERENCES utility_providers,
    account_number varchar(100),
    {BASE},
    CONSTRAINT property_utilities_provider_key UNIQUE (property_id, utility_provider_id)
);
CREATE INDEX idx_property_utilities_provider ON property_utilities (utility_provider_id);
"""


def upgrade() -> None:
    op.execute(VENDORS)
    op.execute(PROPERTIES)
    op.execute(UTILITIES)
