package io.flotilla.lab.mutation;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.UnaryTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds all that can be made wrong in a source, one change at a time. */
final class Rewriter extends TreeScanner<Void, Void> {
  private static final Map<Kind, String> OPPOSITES =
      Map.of(
          Kind.LESS_THAN, "<=",
          Kind.LESS_THAN_EQUAL, "<",
          Kind.GREATER_THAN, ">=",
          Kind.GREATER_THAN_EQUAL, ">",
          Kind.EQUAL_TO, "!=",
          Kind.NOT_EQUAL_TO, "==");

  /** In a constructor, where something must be set or no Java is left. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?:super|this)\\(.*|this\\.(\\w+) = \\1;");

  private final String file;
  private final String source;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final List<Rewrite> found = new ArrayList<>();
  private boolean decides;

  private Rewriter(
      String file, String source, CompilationUnitTree unit, SourcePositions positions) {
    this.file = file;
    this.source = source;
    this.unit = unit;
    this.positions = positions;
  }

  static List<Rewrite> of(
      String file, String source, CompilationUnitTree unit, SourcePositions positions) {
    Rewriter rewriter = new Rewriter(file, source, unit, positions);
    rewriter.scan(unit, null);
    return rewriter.found;
  }

  /** Annotations are no code, and {@code toString} only shows. */
  @Override
  public Void visitAnnotation(AnnotationTree tree, Void none) {
    return null;
  }

  @Override
  public Void visitMethod(MethodTree tree, Void none) {
    if (!tree.getName().contentEquals("toString")) {
      decides = tree.getReturnType() != null && tree.getReturnType().toString().equals("boolean");
      super.visitMethod(tree, none);
    }
    return null;
  }

  @Override
  public Void visitLambdaExpression(LambdaExpressionTree tree, Void none) {
    boolean outside = decides;
    decides = false;
    super.visitLambdaExpression(tree, none);
    decides = outside;
    return null;
  }

  @Override
  public Void visitReturn(ReturnTree tree, Void none) {
    if (decides && !(tree.getExpression() instanceof LiteralTree)) {
      replace("return true", tree.getExpression(), "true");
      replace("return false", tree.getExpression(), "false");
    }
    return super.visitReturn(tree, none);
  }

  @Override
  public Void visitIf(IfTree tree, Void none) {
    replace("always", tree.getCondition(), "(true)");
    replace("never", tree.getCondition(), "(false)");
    return super.visitIf(tree, none);
  }

  @Override
  public Void visitConditionalExpression(ConditionalExpressionTree tree, Void none) {
    replace("always", tree.getCondition(), "true");
    replace("never", tree.getCondition(), "false");
    return super.visitConditionalExpression(tree, none);
  }

  @Override
  public Void visitBinary(BinaryTree tree, Void none) {
    ExpressionTree left = tree.getLeftOperand();
    ExpressionTree right = tree.getRightOperand();
    switch (tree.getKind()) {
      case CONDITIONAL_AND, CONDITIONAL_OR -> {
        replace("left half only", tree, text(left));
        replace("right half only", tree, text(right));
      }
      case PLUS, MINUS -> {
        if (text(right).equals("1")) {
          replace(tree.getKind() == Kind.PLUS ? "not one more" : "not one less", tree, text(left));
        }
      }
      default -> {
        String opposite = OPPOSITES.get(tree.getKind());
        if (opposite != null) {
          replace(opposite, tree, text(left) + " " + opposite + " " + text(right));
        }
      }
    }
    return super.visitBinary(tree, none);
  }

  @Override
  public Void visitUnary(UnaryTree tree, Void none) {
    if (tree.getKind() == Kind.LOGICAL_COMPLEMENT) {
      replace("without not", tree, text(tree.getExpression()));
    }
    return super.visitUnary(tree, none);
  }

  @Override
  public Void visitLiteral(LiteralTree tree, Void none) {
    if (tree.getKind() == Kind.BOOLEAN_LITERAL) {
      String other = String.valueOf(!(boolean) tree.getValue());
      replace(other, tree, other);
    }
    return null;
  }

  /** What is only reported makes no difference to the algorithm. */
  @Override
  public Void visitExpressionStatement(ExpressionStatementTree tree, Void none) {
    ExpressionTree does = tree.getExpression();
    String text = text(tree);
    boolean changes =
        does instanceof MethodInvocationTree
            || does instanceof AssignmentTree
            || does instanceof CompoundAssignmentTree;
    if (text.startsWith("host.report(") || PARAMETER.matcher(text).matches()) {
      return null;
    }
    if (changes) {
      replace("left out", tree, ";");
    }
    return super.visitExpressionStatement(tree, none);
  }

  @Override
  public Void visitMemberSelect(MemberSelectTree tree, Void none) {
    swapExtremes(tree, tree.getIdentifier().toString());
    return super.visitMemberSelect(tree, none);
  }

  @Override
  public Void visitMemberReference(MemberReferenceTree tree, Void none) {
    swapExtremes(tree, tree.getName().toString());
    return super.visitMemberReference(tree, none);
  }

  private void swapExtremes(Tree tree, String name) {
    if (name.equals("max") || name.equals("min")) {
      String other = name.equals("max") ? "min" : "max";
      replace(other, end(tree) - name.length(), end(tree), other);
    }
  }

  private void replace(String change, Tree tree, String replacement) {
    replace(change, start(tree), end(tree), replacement);
  }

  private void replace(String change, int start, int end, String replacement) {
    int from = source.lastIndexOf('\n', start) + 1;
    String line = source.substring(from, source.indexOf('\n', start)).strip();
    int before =
        (int)
            found.stream().filter(r -> r.line().equals(line) && r.change().equals(change)).count();
    found.add(new Rewrite(file, change, line, before + 1, start, end, replacement));
  }

  private String text(Tree tree) {
    return source.substring(start(tree), end(tree));
  }

  private int start(Tree tree) {
    return (int) positions.getStartPosition(unit, tree);
  }

  private int end(Tree tree) {
    return (int) positions.getEndPosition(unit, tree);
  }
}
