/// A table of a page: what is read by column, with words for when there is none.
struct TableView {
    struct Cell {
        var text: String
        var href: String?
        var isNumber = false

        static func number(_ number: Int) -> Cell { Cell(text: String(number), isNumber: true) }
        static func link(_ text: String, _ href: String) -> Cell { Cell(text: text, href: href) }
    }

    var heading: String
    var columns: [String]
    var lines: [[Cell]]
    var empty: String

    func view(_ index: Int) -> View {
        View([
            "anchor": "table-\(index)", "heading": heading, "any": !lines.isEmpty, "columns": columns, "empty": empty,
            "lines": lines.map { cells in
                View(["cells": cells.map { View(["text": $0.text, "href": $0.href, "number": $0.isNumber]) }])
            },
        ])
    }
}

extension TableView.Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    init(stringLiteral text: String) {
        self.init(text: text)
    }
}
