import Testing
import VigilSQL

@Suite struct MariaDBPlacesTests {
    @Test(arguments: [
        ("SELECT $1", "SELECT ?", [0]),
        ("SELECT $2, $1, $2", "SELECT ?, ?, ?", [1, 0, 1]),
        ("SELECT $10", "SELECT ?", [9]),
        ("SELECT '$1', \"$1\", `$1`, $1", "SELECT '$1', \"$1\", `$1`, ?", [0]),
        ("SELECT 'it''s $1', $1", "SELECT 'it''s $1', ?", [0]),
        ("SELECT 'a\\', $1, '$2'", "SELECT 'a\\', ?, '$2'", [0]),
        ("SELECT 1 -- $1\n, $1", "SELECT 1 -- $1\n, ?", [0]),
        ("SELECT 1--$1", "SELECT 1--?", [0]),
        ("SELECT 1 # $1\n, $1", "SELECT 1 # $1\n, ?", [0]),
        ("SELECT /* $1 ' */ $1", "SELECT /* $1 ' */ ?", [0]),
        ("SELECT a$1, $ 1, $x FROM t", "SELECT a$1, $ 1, $x FROM t", []),
        ("SELECT 'open $1", "SELECT 'open $1", []),
        ("SELECT 1 --", "SELECT 1 --", []),
        ("", "", []),
        ("$1", "?", [0]),
        ("SELECT 'ü' = $1", "SELECT 'ü' = ?", [0]),
    ])
    func places(sql: String, text: String, order: [Int]) {
        let rewritten = MariaDBPlaces.rewritten(sql)
        #expect(rewritten.text == text)
        #expect(rewritten.order == order)
    }
}
