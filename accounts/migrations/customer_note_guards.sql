-- What staff wrote down stays as they wrote it; a correction is another note.
CREATE TRIGGER customer_notes_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON accounts_customernote EXECUTE FUNCTION accounts_refuse();
