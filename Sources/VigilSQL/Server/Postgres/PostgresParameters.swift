import CPostgres
import Glibc

/// The values of a statement's parameters in the form in which libpq sends them.
struct PostgresParameters {
    private let texts: [[UInt8]?]
    private let formats: [Int32]

    /// Numbers and texts go as text, whose type the server infers from the statement; blobs go as they are.
    init(_ values: [SQLValue], statement: String) throws(SQLError) {
        var texts: [[UInt8]?] = []
        for (index, value) in values.enumerated() {
            switch value {
            case .null: texts.append(nil)
            case .integer(let number): texts.append(Array("\(number)\0".utf8))
            case .real(let number): texts.append(Array("\(number)\0".utf8))
            case .text(let text):
                // libpq would end the text there, and find what was not asked for.
                guard !text.utf8.contains(0) else {
                    throw SQLError(
                        kind: .other, code: 0, message: "parameter \(index + 1) holds a NUL", statement: statement)
                }
                texts.append(Array(text.utf8) + [0])
            case .blob(let bytes): texts.append(bytes)
            }
        }
        self.texts = texts
        formats = values.map { if case .blob = $0 { 1 } else { 0 } }
    }

    /// Asks for the prepared statement to be run, with results in binary.
    func send(_ handle: OpaquePointer, _ failure: PostgresFailure) throws(SQLError) {
        // One allocation for all, as libpq wants an array of pointers; an empty blob needs a pointer too, as nil is NULL.
        var places: [Int?] = []
        var bytes: [UInt8] = []
        for text in texts {
            places.append(text == nil ? nil : bytes.count)
            bytes += (text ?? []) + [0]
        }
        let lengths = texts.map { Int32($0?.count ?? 0) }
        let isSent = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                let pointers = places.map { place in place.flatMap { characters.baseAddress?.advanced(by: $0) } }
                return PQsendQueryPrepared(handle, "", Int32(texts.count), pointers, lengths, formats, 1)
            }
        }
        guard isSent == 1 else {
            throw PQstatus(handle) == CONNECTION_OK
                ? SQLError(kind: .other, code: 0, message: "the values cannot be sent", statement: failure.statement)
                : failure.lost()
        }
    }
}
