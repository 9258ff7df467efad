export { combine } from "./combine";
export { mysql, type MysqlOptions } from "./mysql";
export { postgresql, type PostgresqlOptions } from "./postgresql";
export { redis, type RedisOptions } from "./redis";
export type { Scripts } from "./scripts";
