/** PostgreSQL's own functions that write nothing; a test asks the database about each. */
const steady = new Set(
  `abs acos age any_value array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims
  array_position array_positions array_prepend array_remove array_replace array_reverse array_sort array_to_json
  array_to_string array_upper ascii asin atan atan2 avg bit_and bit_count bit_length bit_or bool_and bool_or btrim
  cardinality casefold cbrt ceil ceiling char_length character_length chr col_description concat concat_ws
  convert_from convert_to corr cos cot count crc32 cume_dist current_database current_schema current_schemas
  current_setting date_bin date_part date_trunc daterange decode degrees dense_rank div encode enum_first enum_last
  enum_range erf every exp extract factorial first_value floor format format_type gamma gcd generate_series
  generate_subscripts get_bit get_byte greatest has_any_column_privilege has_column_privilege has_database_privilege
  has_function_privilege has_schema_privilege has_sequence_privilege has_table_privilege hashtext host hostmask
  inet_client_addr initcap int4range int8range isempty isfinite json_agg json_array_elements json_array_elements_text
  json_array_length json_build_array json_build_object json_each json_each_text json_extract_path
  json_extract_path_text json_object json_object_agg json_object_keys json_populate_record json_populate_recordset
  json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements
  jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text
  jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys
  jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
  jsonb_populate_record jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
  jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead left length ln log log10 lower
  lower_inc lower_inf lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz max md5 min
  min_scale mod normalize now nth_value ntile nullif num_nonnulls num_nulls numrange obj_description octet_length
  overlay parse_ident percent_rank percentile_cont percentile_disc pg_backend_pid pg_column_size pg_get_constraintdef
  pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_serial_sequence pg_get_triggerdef pg_get_viewdef
  pg_input_is_valid pg_size_bytes pg_size_pretty pg_table_is_visible pg_trigger_depth pg_typeof phraseto_tsquery pi plainto_tsquery
  position pow power quote_ident quote_literal quote_nullable radians range_agg range_merge rank regexp_count
  regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
  regexp_substr repeat replace reverse right round row_number row_to_json rpad rtrim scale session_user set_bit
  set_byte set_masklen setweight sha224 sha256 sha384 sha512 shobj_description sign sin split_part sqrt
  statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strip strpos substr
  substring sum tan text timezone to_ascii to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass
  to_regnamespace to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp
  translate trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd tsrange tstzrange tsvector_to_array
  txid_current txid_current_if_assigned unicode_version unistr unnest upper upper_inc upper_inf uuid_extract_timestamp
  uuid_extract_version var_pop var_samp variance version websearch_to_tsquery width_bucket xml_is_well_formed xmlagg
  xpath xpath_exists`
    .trim()
    .split(/\s+/),
);

/** Functions that give another value each time or change only the session, PostgreSQL's and those of its usual extensions. */
const harmless = new Set(
  `array_sample array_shuffle clock_timestamp crypt currval digest gen_random_bytes gen_random_uuid gen_salt hmac lastval nextval pg_advisory_lock
  pg_advisory_lock_shared pg_advisory_unlock pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_notify pg_try_advisory_lock
  pg_try_advisory_xact_lock pg_relation_size pg_sleep pg_sleep_for pg_sleep_until pg_table_size pg_total_relation_size random set_config setseed setval similarity timeofday unaccent
  uuid_generate_v1 uuid_generate_v4 uuid_generate_v5 uuidv4 uuidv7`
    .trim()
    .split(/\s+/),
);

const own = (path: readonly string[]): string | undefined =>
  path.length === 1 || path[0] === "pg_catalog" ? path.at(-1) : undefined;

/** Whether it is one of PostgreSQL's functions that give the same value for every row of a statement. */
export function isSteady(path: readonly string[]): boolean {
  return steady.has(own(path) ?? "");
}

/** Whether a call of it is known to change nothing that is stored; `setval` has a rule of its own. */
export function isKnownFunction(path: readonly string[]): boolean {
  return isSteady(path) || harmless.has(path.at(-1) ?? "");
}

/** For the test that asks the database. */
export const steadyFunctions: ReadonlySet<string> = steady;
