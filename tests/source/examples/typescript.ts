// A service.
@Injectable()
export class Users<T> implements Source<T> {
  constructor(private readonly db: Db) {}

  /** One user. */
  @Get(":id")
  async find(@Param() id: string): Promise<T> { return this.db.one(id) }

  abstract all(): T[];
  private load = async (id: string) => this.db.one(id);
}

export interface Source<T> { find(id: string): Promise<T> }
type Id = string | number;
export enum Role { Admin, Guest }
namespace Inner.Deep { export function f(a: string): void; export function f(a: any) {} }
declare module "other" { function g(): void }
export abstract class Shape { area(): number { return 0 } }
export const pick = <T,>(xs: T[]): T => xs[0];
