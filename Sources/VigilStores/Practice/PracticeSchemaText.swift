/// The text of `config/stores/practice.sql`, carried inside the program.
package enum PracticeSchemaText {
    package static var sql: String {
        String(decoding: PackageResources.practice_sql, as: UTF8.self)
    }
}
