import Testing
import VigilSQL

@Suite struct MariaDBGrantTests {
    @Test(arguments: [
        ("GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*0123'", []),
        ("GRANT SELECT ON `emr`.* TO `u`@`%`", []),
        ("GRANT SELECT, SHOW VIEW ON `emr`.* TO `u`@`%`", []),
        ("GRANT SELECT (`id`, `name, UPDATE ON x`) ON `emr`.`client` TO `u`@`%`", []),
        ("GRANT SELECT, UPDATE (`id`) ON \"emr\".\"client\" TO \"u\"@\"%\"", ["UPDATE on \"emr\".\"client\""]),
        ("GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION", ["ALL PRIVILEGES on *.*", "GRANT OPTION on *.*"]),
        ("GRANT EXECUTE ON PROCEDURE `emr`.`p` TO `u`@`%`", ["EXECUTE on PROCEDURE `emr`.`p`"]),
        ("GRANT INSERT, DELETE ON `a ON b`.* TO `u`@`%`", ["INSERT on `a ON b`.*", "DELETE on `a ON b`.*"]),
        ("GRANT PROXY ON ''@'%' TO 'root'@'localhost'", ["PROXY on ''@'%'"]),
        ("SET DEFAULT ROLE `r` FOR `u`@`%`", []),
    ])
    func whatIsTooMuch(line: String, expected: [String]) {
        let grant = MariaDBGrant(line)
        #expect(grant.tooMuch == expected)
        #expect(grant.role == nil)
    }

    @Test func aGrantedRoleIsNamed() {
        let grant = MariaDBGrant("GRANT `clerk on call` TO `u`@`%` WITH ADMIN OPTION")
        #expect(grant.role == "`clerk on call`")
        #expect(grant.tooMuch.isEmpty)
    }
}
