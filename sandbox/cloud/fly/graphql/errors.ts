/** Where in the text of a request. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What an error has in addition to its message, where a record of the vendor's answers or its library shows it. */
export interface ErrorDetails {
  readonly code?: string;
  readonly place?: Place | undefined;
  readonly path?: readonly string[];
  readonly typeName?: string;
  readonly fieldName?: string;
}

/** An error of GraphQL, as graphql-ruby writes it, which Fly's API runs on. */
export class GraphqlError extends Error {
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message);
    this.details = details;
  }

  get answer(): object {
    const { place, path, ...extensions } = this.details;
    return {
      message: this.message,
      ...(place ? { locations: [place] } : {}),
      ...(path ? { path } : {}),
      ...(extensions.code === undefined ? {} : { extensions }),
    };
  }
}
