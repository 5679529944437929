package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.pool.InvalidOptionException;

/** A property of a pool has a value that is not allowed. */
final class InvalidPoolPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String property;
    private final String value;
    private final String expected;

    InvalidPoolPropertyException(String prefix, InvalidOptionException cause) {
        super(prefix + "." + cause.getMessage(), cause);
        this.property = prefix + "." + cause.option();
        this.value = cause.value();
        this.expected = cause.expected();
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
