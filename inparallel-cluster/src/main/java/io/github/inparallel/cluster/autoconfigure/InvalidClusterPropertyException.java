package io.github.inparallel.cluster.autoconfigure;

import org.jspecify.annotations.Nullable;

/** Says that this application cannot be a member with the properties that it has. */
final class InvalidClusterPropertyException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String action;

    /**
     * @param description which property has which value, and what is wrong with it
     * @param action what to do, in a sentence
     */
    InvalidClusterPropertyException(String description, String action, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    /**
     * Says it of a property below {@code inparallel.cluster}.
     *
     * @param what a clause about its value
     */
    static InvalidClusterPropertyException of(
            String property, Object value, String what, String action, @Nullable Exception cause) {
        return new InvalidClusterPropertyException(
                "The property 'inparallel.cluster." + property + "' has the value '" + value + "', " + what + ".",
                action,
                cause);
    }

    String action() {
        return action;
    }
}
