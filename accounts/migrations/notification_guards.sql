-- What a code proved, it proved for one mailbox, one category and one customer. Whoever could
-- change these afterwards would have an address written to that nobody has confirmed.
CREATE FUNCTION accounts_keep_proven_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.customer_id, NEW.category, NEW.email) IS DISTINCT FROM
       (OLD.customer_id, OLD.category, OLD.email) THEN
        RAISE EXCEPTION 'notification address % stays %', OLD.id, OLD.email
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER notification_addresses_keep_their_mailbox
    BEFORE UPDATE ON accounts_notificationaddress
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_proven_address();

-- An event that was told stays told as it was: only whether it was read may change.
CREATE FUNCTION accounts_keep_notification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.customer_id, NEW.category, NEW.key, NEW.title, NEW.path, NEW.created_at)
       IS DISTINCT FROM
       (OLD.customer_id, OLD.category, OLD.key, OLD.title, OLD.path, OLD.created_at) THEN
        RAISE EXCEPTION 'notification % stays as it was told', OLD.key
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER notifications_stay_as_told
    BEFORE UPDATE ON accounts_notification
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_notification();
