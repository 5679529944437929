package io.github.inparallel.spring.autoconfigure;

/** Says that it is not known how a worker is to boot this application. */
final class UnknownLaunchException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String action;

    UnknownLaunchException(String message, String action) {
        super(message + ". " + action);
        this.action = action;
    }

    /** Advice what to do about it. */
    String action() {
        return action;
    }
}
