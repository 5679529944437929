package io.github.inparallel.spring.autoconfigure;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What source files say to people: their log statements at WARN and ERROR, and the messages of exceptions that they make.
 * It reads the syntax tree of the JDK's own compiler, so that it does not matter how a statement is broken into lines.
 */
final class SourceMessages {

    /** Stands in a text for what is known only when it is said. */
    static final char HOLE = '\uFFFC';

    private static final Set<String> LOGGED = Set.of("warn", "error");
    private static final Set<String> UNREADABLE =
            Set.of("atWarn", "atError", "atLevel", "makeLoggingEventBuilder", "log", "warning", "severe");
    private static final int MOST_TEXTS = 64;
    private static final int DEEPEST = 3;

    /**
     * A statement that says something.
     *
     * @param where file and line
     * @param kind WARN, ERROR, or the name of an exception
     * @param texts it may say, with holes; several where it chooses between words
     */
    record Said(String where, String kind, Set<String> texts) {

        /** Whether it only hands on what others say. */
        boolean hasNoWords() {
            return texts.stream().noneMatch(text -> text.chars().anyMatch(Character::isLetter));
        }

        @Override
        public String toString() {
            return where + ": " + kind + " "
                    + texts.stream().map(text -> text.replace(HOLE, '…')).collect(Collectors.joining(" | "));
        }
    }

    private final Set<String> loggers;
    private final Set<String> exceptions;
    private final List<Said> found = new ArrayList<>();
    private final Set<String> unreadable = new LinkedHashSet<>();
    private final Set<String> literals = new HashSet<>();
    private final Map<String, String> fields = new HashMap<>(); // of all files, for what is inherited or imported

    /**
     * @param loggers simple names of the types whose methods {@code warn} and {@code error} log
     * @param exceptions simple names of the types whose messages count
     */
    private SourceMessages(Set<String> loggers, Set<String> exceptions) {
        this.loggers = loggers;
        this.exceptions = exceptions;
    }

    static SourceMessages of(List<Path> files, Set<String> loggers, Set<String> exceptions) throws IOException {
        SourceMessages messages = new SourceMessages(loggers, exceptions);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            units.forEach(unit -> unit.accept(messages.new Fields(), null));
            for (CompilationUnitTree unit : units) {
                messages.new Reader(unit, Trees.instance(task)).read();
            }
        }
        return messages;
    }

    List<Said> found() {
        return found;
    }

    /** Where something is logged in a way that is not understood here. */
    Set<String> unreadable() {
        return unreadable;
    }

    /** All that strings are made of, whatever becomes of them. */
    Set<String> literals() {
        return literals;
    }

    private final class Fields extends TreeScanner<@Nullable Void, @Nullable Void> {

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void none) {
            String type = simple(variable.getType());
            if (loggers.contains(type)) {
                fields.put(variable.getName().toString(), type);
            }
            return super.visitVariable(variable, null);
        }
    }

    private final class Reader extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final CompilationUnitTree unit;
        private final Trees trees;
        private final Map<String, String> types = new HashMap<>();
        private final Map<String, Optional<ExpressionTree>> values = new HashMap<>(); // of names that have just one
        private final Map<String, ExpressionTree> returned = new HashMap<>();

        Reader(CompilationUnitTree unit, Trees trees) {
            this.unit = unit;
            this.trees = trees;
        }

        void read() {
            unit.accept(
                    new TreeScanner<@Nullable Void, @Nullable Void>() {
                        @Override
                        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void none) {
                            types.put(variable.getName().toString(), simple(variable.getType()));
                            String name = variable.getName().toString();
                            values.merge(
                                    name,
                                    Optional.ofNullable(variable.getInitializer())
                                            .filter(value ->
                                                    simple(variable.getType()).equals("String")),
                                    (before, other) -> Optional.empty());
                            return super.visitVariable(variable, null);
                        }

                        @Override
                        public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void none) {
                            values.put(simple(assignment.getVariable()), Optional.empty());
                            return super.visitAssignment(assignment, null);
                        }

                        @Override
                        public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
                            if (method.getBody() != null
                                    && method.getBody().getStatements().size() == 1
                                    && method.getBody().getStatements().get(0) instanceof ReturnTree result
                                    && result.getExpression() != null) {
                                returned.put(method.getName().toString(), result.getExpression());
                            }
                            return super.visitMethod(method, null);
                        }
                    },
                    null);
            unit.accept(this, null);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void none) {
            if (call.getMethodSelect() instanceof MemberSelectTree select && isLogger(select.getExpression())) {
                String name = select.getIdentifier().toString();
                if (LOGGED.contains(name)) {
                    found.add(new Said(where(call), name.toUpperCase(Locale.ROOT), format(call.getArguments())));
                } else if (UNREADABLE.contains(name)) {
                    unreadable.add(where(call) + ": " + name);
                }
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void none) {
            String name = reference.getName().toString();
            if (isLogger(reference.getQualifierExpression()) && LOGGED.contains(name)) {
                found.add(new Said(where(reference), name.toUpperCase(Locale.ROOT), Set.of(String.valueOf(HOLE))));
            }
            return super.visitMemberReference(reference, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void none) {
            String type = simple(made.getIdentifier());
            if (exceptions.contains(type)) {
                Set<String> texts = new LinkedHashSet<>();
                for (ExpressionTree argument : made.getArguments()) {
                    if (!(argument instanceof LiteralTree literal) || literal.getValue() instanceof String) {
                        texts.addAll(texts(argument, 0));
                    }
                }
                texts.removeIf(text -> text.chars().noneMatch(Character::isLetter));
                found.add(new Said(where(made), type, texts));
            }
            return super.visitNewClass(made, null);
        }

        @Override
        public @Nullable Void visitBinary(BinaryTree sum, @Nullable Void none) {
            if (sum.getKind() == Tree.Kind.PLUS) {
                literals.addAll(texts(sum, 0));
            }
            return super.visitBinary(sum, null);
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void none) {
            if (literal.getValue() instanceof String text) {
                literals.add(text);
            }
            return null;
        }

        private boolean isLogger(ExpressionTree receiver) {
            if (receiver instanceof MethodInvocationTree made
                    && made.getMethodSelect() instanceof MemberSelectTree select) {
                return select.getIdentifier().contentEquals("getLogger") || isLogger(select.getExpression());
            }
            String name = simple(receiver);
            String type = types.get(name);
            return loggers.contains(type == null ? fields.getOrDefault(name, name) : type);
        }

        /** What SLF4J makes of a format and values. */
        private Set<String> format(List<? extends ExpressionTree> arguments) {
            Set<String> texts = texts(arguments.get(0), 0);
            for (int i = 1; i < arguments.size(); i++) {
                Set<String> filled = new LinkedHashSet<>();
                for (String text : texts) {
                    for (String value : texts(arguments.get(i), 0)) {
                        int place = text.indexOf("{}");
                        filled.add(place < 0 ? text : text.substring(0, place) + value + text.substring(place + 2));
                    }
                }
                texts = filled;
            }
            return merged(texts);
        }

        private Set<String> texts(@Nullable Tree tree, int depth) {
            Set<String> texts = new LinkedHashSet<>();
            if (tree instanceof LiteralTree literal && literal.getValue() != null) {
                texts.add(String.valueOf(literal.getValue()));
            } else if (tree instanceof ParenthesizedTree inner) {
                texts.addAll(texts(inner.getExpression(), depth));
            } else if (tree instanceof ConditionalExpressionTree choice) {
                texts.addAll(texts(choice.getTrueExpression(), depth));
                texts.addAll(texts(choice.getFalseExpression(), depth));
            } else if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
                Set<String> after = texts(sum.getRightOperand(), depth);
                for (String before : texts(sum.getLeftOperand(), depth)) {
                    after.forEach(text -> texts.add(before + text));
                }
            } else if (tree instanceof IdentifierTree name && valueOf(name) != null && depth < DEEPEST) {
                texts.addAll(texts(valueOf(name), depth + 1));
            } else if (tree instanceof MethodInvocationTree call
                    && call.getMethodSelect() instanceof IdentifierTree name
                    && returned.containsKey(name.toString())
                    && depth < DEEPEST) {
                texts.addAll(texts(returned.get(name.toString()), depth + 1));
            } else {
                texts.add(String.valueOf(HOLE));
            }
            return texts.size() > MOST_TEXTS ? Set.of(String.valueOf(HOLE)) : merged(texts);
        }

        private @Nullable ExpressionTree valueOf(IdentifierTree name) {
            return values.getOrDefault(name.toString(), Optional.empty()).orElse(null);
        }

        private String where(Tree tree) {
            long position = trees.getSourcePositions().getStartPosition(unit, tree);
            return Path.of(unit.getSourceFile().toUri()).getFileName() + ":"
                    + unit.getLineMap().getLineNumber(position);
        }
    }

    private static Set<String> merged(Set<String> texts) {
        return texts.stream()
                .map(text -> text.replaceAll(HOLE + "+", String.valueOf(HOLE)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String simple(@Nullable Tree type) {
        return String.valueOf(type).replaceFirst("<.*", "").replaceFirst(".*[. ]", "");
    }
}
