package io.github.inparallel.pool;

/** An option of a pool has a value that is not allowed. */
public final class InvalidOptionException extends IllegalArgumentException {

    private final String option;
    private final String value;
    private final String expected;

    /**
     * An option that is refused.
     *
     * @param option its name, as in the configuration
     * @param value as people write it
     * @param expected what is allowed
     */
    public InvalidOptionException(String option, String value, String expected) {
        super(option + ": " + value + " (expected: " + expected + ")");
        this.option = option;
        this.value = value;
        this.expected = expected;
    }

    /** Name of the option, as a property spells it: {@code max-workers}. */
    public String option() {
        return option;
    }

    public String value() {
        return value;
    }

    /** What is allowed. */
    public String expected() {
        return expected;
    }
}
