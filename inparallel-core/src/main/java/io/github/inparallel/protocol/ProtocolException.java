package io.github.inparallel.protocol;

import java.io.IOException;

/** The other side sent what it never should have: the connection is of no more use. */
public final class ProtocolException extends IOException {

    public ProtocolException(String message) {
        super(message);
    }
}
