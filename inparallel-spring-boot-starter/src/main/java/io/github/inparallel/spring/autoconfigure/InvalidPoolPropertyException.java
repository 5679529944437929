package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.pool.InvalidOptionException;

/** Says that a property of a pool has a value that is not allowed. */
final class InvalidPoolPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String prefix;
    private final String property;
    private final String value;
    private final String expected;

    InvalidPoolPropertyException(String prefix, InvalidOptionException cause) {
        super(prefix + "." + cause.getMessage(), cause);
        this.prefix = prefix;
        this.property = prefix + "." + cause.option();
        this.value = cause.value();
        this.expected = cause.expected();
    }

    /** Prefix of the pool's properties. */
    String prefix() {
        return prefix;
    }

    /** Whether the value that is not allowed is the pool's name. */
    boolean isAboutTheName() {
        return property.equals(prefix + ".name");
    }

    String property() {
        return property;
    }

    String value() {
        return value;
    }

    String expected() {
        return expected;
    }
}
