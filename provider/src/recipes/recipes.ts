export { combine } from "./combine";
export { mysql, type MysqlOptions } from "./mysql";
export type { HoldOptions } from "./options";
export { postgresql, type PostgresqlOptions } from "./postgresql";
export { redis, type RedisOptions } from "./redis";
export type { Scripts } from "./scripts";
