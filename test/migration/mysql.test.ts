// Migrations of MySQL as tools and people write them: read and judged, or said not to be checked; never silently taken for clean.
import { describe, expect, test } from '@jest/globals';
import { lint } from './reading.ts';

const before = `CREATE TABLE \`users\` (\`id\` int(11) unsigned NOT NULL AUTO_INCREMENT, \`email\` varchar(60) COLLATE utf8mb4_unicode_ci NOT NULL,
  \`name\` varchar(100) DEFAULT NULL, \`created_at\` datetime NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (\`id\`), UNIQUE KEY \`email\` (\`email\`), KEY \`idx_name\` (\`name\`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE orders (id bigint primary key, user_id int unsigned, total decimal(10,2));`;

async function judged(text: string, dialect: 'mysql' | 'mariadb' = 'mysql') {
  const linted = await lint(
    { 'V1__a.sql': before, 'V2__b.sql': text },
    { server: { dialect }, own: (path) => path.endsWith('V2__b.sql') },
  );
  const file = linted.at(-1);
  const rules = (file?.faults ?? []).map(({ rule }) => rule);
  return {
    rules: [...new Set(rules)].filter((rule) => !['up-has-down', 'drop-before-retention'].includes(rule)),
    means: file?.compatible.unread === true ? 'unread' : file?.compatible.compatibility,
    what: (file?.faults ?? []).map(({ what }) => what).join(' '),
  };
}

describe.each(['mysql', 'mariadb'] as const)('%s', (dialect) => {
  test.each([
    ['Rails: a column', 'ALTER TABLE `users` ADD `admin` tinyint(1) DEFAULT FALSE NOT NULL', [], 'expand'],
    ['Rails: an index', 'CREATE INDEX `index_orders_on_user_id` ON `orders` (`user_id`)', [], 'none'],
    ['Laravel: a column', 'alter table `users` add `remember_token` varchar(100) null after `name`;', [], 'expand'],
    [
      'Laravel: a foreign key',
      'alter table `orders` add constraint `f` foreign key (`user_id`) references `users` (`id`) on delete cascade;',
      ['mysql-add-foreign-key'],
      'contract',
    ],
    [
      'Rails: a column that must be filled',
      'ALTER TABLE `users` ADD `age` int NOT NULL',
      ['add-column-not-null-without-default'],
      'contract',
    ],
    ['a longer text', 'ALTER TABLE users MODIFY email varchar(63) NOT NULL;', [], 'expand'],
    [
      'a text that outgrows its length byte',
      'ALTER TABLE users MODIFY email varchar(80) NOT NULL;',
      ['mysql-change-column-type'],
      'expand',
    ],
    ['another name', 'ALTER TABLE `users` CHANGE `name` `full_name` varchar(100);', ['rename-column'], 'contract'],
    ['RENAME COLUMN', 'ALTER TABLE users RENAME COLUMN name TO full_name;', ['rename-column'], 'contract'],
    ['RENAME TABLE', 'RENAME TABLE users TO members;', ['rename-table'], 'contract'],
    [
      'a column and its index gone',
      'ALTER TABLE users DROP COLUMN name, DROP INDEX idx_name;',
      ['drop-column'],
      'contract',
    ],
    ['in place', 'ALTER TABLE users ADD COLUMN age int, ALGORITHM=INPLACE, LOCK=NONE;', [], 'expand'],
    [
      'by copy',
      'ALTER TABLE users ADD COLUMN age int, ALGORITHM=COPY, LOCK=SHARED;',
      ['mysql-locking-alter'],
      'expand',
    ],
    ['an enum', "ALTER TABLE orders ADD COLUMN status ENUM('new','paid') NOT NULL DEFAULT 'new';", [], 'expand'],
    ['quotes with backslashes', "INSERT IGNORE INTO users (email) VALUES ('a;b'), ('it\\'s');", [], 'expand'],
    [
      'an upsert',
      "INSERT INTO users (id, email) VALUES (1, 'x') ON DUPLICATE KEY UPDATE email = VALUES(email);",
      [],
      'expand',
    ],
    [
      'a stored column',
      'ALTER TABLE orders ADD COLUMN gross decimal(10,2) GENERATED ALWAYS AS (total * 1.19) STORED;',
      ['mysql-expression-default'],
      'expand',
    ],
    ['SET NAMES at the top', 'SET NAMES utf8mb4;\nDROP TABLE orders;', ['drop-table'], 'contract'],
    ['a comment that the server runs', '/*!50001 DROP TABLE orders */;', ['drop-table'], 'contract'],
    [
      'settings as mysqldump writes them',
      '/*!40101 SET NAMES utf8 */;\nALTER TABLE users ADD COLUMN age int;',
      [],
      'expand',
    ],
    ['remarks alone', '# nothing\n-- here\n/* or here */', ['empty-migration'], 'none'],
    ['every row', "UPDATE users SET name = CONCAT(name, '!');", ['write-without-where'], 'expand'],
    [
      'a comment that the server runs, inside a statement',
      'CREATE TABLE t (id int) /*!50100 PARTITION BY HASH (id) */;',
      ['not-checked'],
      'unread',
    ],
    [
      'a trigger with DELIMITER',
      'DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.name = 1; END//\nDELIMITER ;',
      ['not-checked'],
      'unread',
    ],
    ['a procedure', 'CREATE PROCEDURE p() BEGIN SELECT 1; END;', ['not-checked'], 'unread'],
    [
      'another character set',
      'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;',
      ['not-checked'],
      'unread',
    ],
    ['partitions', 'ALTER TABLE orders PARTITION BY HASH(id) PARTITIONS 4;', ['not-checked'], 'unread'],
  ])('%s', async (_, text, rules, means) => {
    const found = await judged(text, dialect);

    expect([found.rules, found.means]).toEqual([rules, means]);
  });
});

test('a rename names both tables, and what is not checked says where its parser stops', async () => {
  expect((await judged('RENAME TABLE users TO members;')).what).toContain('users');
  expect((await judged('SELECT 1;\nCREATE PROCEDURE p() BEGIN SELECT 1; END;')).what).toContain(
    'its parser stops at "PROCEDURE p() BEGIN',
  );
});
