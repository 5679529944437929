package io.github.inparallel.worker;

import org.slf4j.MDC;

/**
 * The logging system's diagnostic context of a slot's thread. Emptied before each task, but only where there is a logging
 * system: to start one for this would cost a plain worker more than all else.
 */
final class DiagnosticContext {

    private static final String LOGGING = "org.slf4j";

    private boolean used; // the slot thread's

    void clear() {
        if (used || isUsed()) {
            used = true;
            MDC.clear();
        }
    }

    /** Whether anything of the logging system's has been loaded. */
    private static boolean isUsed() {
        ClassLoader loader = DiagnosticContext.class.getClassLoader();
        while (loader != null) {
            if (loader.getDefinedPackage(LOGGING) != null) {
                return true;
            }
            loader = loader.getParent();
        }
        return false;
    }
}
