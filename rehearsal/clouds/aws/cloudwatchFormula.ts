import { AwsError } from "../world.ts";

/** The values of a formula's variables at one time. */
export type Variables = Readonly<Record<string, number>>;

type Formula = (variables: Variables) => number;
type Operator = (left: number, right: number) => number;

const bool = (truth: boolean) => (truth ? 1 : 0);

/** By precedence, the weakest first. */
const OPERATORS: readonly Readonly<Record<string, Operator>>[] = [
  { "||": (a, b) => bool(a !== 0 || b !== 0), OR: (a, b) => bool(a !== 0 || b !== 0) },
  { "&&": (a, b) => bool(a !== 0 && b !== 0), AND: (a, b) => bool(a !== 0 && b !== 0) },
  {
    "==": (a, b) => bool(a === b),
    "!=": (a, b) => bool(a !== b),
    ">=": (a, b) => bool(a >= b),
    "<=": (a, b) => bool(a <= b),
    ">": (a, b) => bool(a > b),
    "<": (a, b) => bool(a < b),
  },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => a / b },
];

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|\|\||&&|[=!<>]=|[<>+\-*/(),])/y;

/**
 * Compiles metric math: numbers, series by their ids, `+ - * /`, comparisons, `AND`, `OR`, `IF(…)`.
 * @throws AwsError when the text is none, or uses what the twin does not have.
 */
export function compileFormula(text: string): Formula {
  const parser = new Parser(text);
  const formula = parser.expression(0);
  parser.end();
  return formula;
}

class Parser {
  readonly #text: string;
  readonly #tokens: string[];

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  expression(level: number): Formula {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.#operand();
    let left = this.expression(level + 1);
    for (;;) {
      const apply = operators[this.#tokens[0] ?? ""];
      if (apply === undefined) return left;
      this.#tokens.shift();
      const [before, right] = [left, this.expression(level + 1)];
      left = (variables) => apply(before(variables), right(variables));
    }
  }

  end(): void {
    if (this.#tokens.length > 0) throw notUnderstood(this.#text);
  }

  #operand(): Formula {
    const token = this.#tokens.shift() ?? "";
    if (token === "(") {
      const inner = this.expression(0);
      this.#expect(")");
      return inner;
    }
    if (token === "IF") return this.#choice();
    if (/^\d/.test(token)) return () => Number(token);
    if (/^[a-z]\w*$/.test(token)) return (variables) => variables[token] ?? NaN;
    throw notUnderstood(this.#text);
  }

  #choice(): Formula {
    this.#expect("(");
    const condition = this.expression(0);
    this.#expect(",");
    const then = this.expression(0);
    this.#expect(",");
    const otherwise = this.expression(0);
    this.#expect(")");
    return (variables) => (condition(variables) !== 0 ? then(variables) : otherwise(variables));
  }

  #expect(token: string): void {
    if (this.#tokens.shift() !== token) throw notUnderstood(this.#text);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const rest = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const match = TOKEN.exec(rest);
    if (match === null) throw notUnderstood(text);
    tokens.push(match[1]!);
  }
  return tokens;
}

function notUnderstood(text: string): AwsError {
  return new AwsError("ValidationError", `The twin does not understand the formula "${text}".`);
}
