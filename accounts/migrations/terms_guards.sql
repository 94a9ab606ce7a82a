-- What people agreed to stays as it was: published terms and agreements are never changed.

CREATE FUNCTION accounts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % of % is refused',
        replace(TG_NAME, '_', ' '), lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER published_terms_never_change BEFORE UPDATE OR DELETE ON accounts_termsversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse();
CREATE TRIGGER terms_are_never_emptied BEFORE TRUNCATE ON accounts_termsversion
    EXECUTE FUNCTION accounts_refuse();
CREATE TRIGGER agreements_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON accounts_termsacceptance EXECUTE FUNCTION accounts_refuse();
