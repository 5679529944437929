package io.github.inparallel.spring.autoconfigure;

/** Says that a property is set that only the module inparallel-cluster knows, which is not there. */
final class MissingClusterModuleException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    MissingClusterModuleException(String property) {
        super("The property '" + property
                + "' is set, but the module that knows it, inparallel-cluster, is not on the class path.");
    }
}
