import Foundation
package import VigilCore

/// Reads a CSV file record by record, in memory that does not grow with the file.
///
/// RFC 4180 with what real exports add: a byte-order mark, CRLF, LF or CR, a delimiter other than the comma. One chunk of the
/// file and one record are held at a time. That is why no package is used: SwiftCSV holds the whole text in memory, and a
/// practice's export may have millions of rows.
///
/// Nothing is guessed. A record with a quoting fault is handed out as a fault with the line where it begins, and the reader
/// goes on with the next line that can be the beginning of a record.
package final class CSVReader {
    /// One record, or one that cannot be used.
    package enum Item {
        case record(CSVRecord)
        /// Lines count from 1; `lastLine` is where the record ends.
        case fault(CSVFault, line: Int, lastLine: Int)
    }

    package enum CSVFault: Sendable, Hashable {
        case tooLong
        case textAfterQuote
        case unterminatedQuote
    }

    /// Bytes read so far, and in all; for progress.
    package private(set) var bytesRead: Int64 = 0
    package let bytesTotal: Int64
    /// When the file was last changed: how old what it says is.
    package let modified: WallTime

    /// One system call per 64 KiB costs nothing that can be measured, and a chunk stays in the processor's cache.
    private static let chunkSize = 64 * 1_024
    /// More than any appointment needs; a quote that is never closed would otherwise pull the rest of the file into memory.
    package static let maxRecordBytes = 1_024 * 1_024

    private enum State {
        case fieldStart, unquoted, quoted
        /// A quote inside a quoted field: it ends the field, or the next byte is its double.
        case quoteInQuoted
    }

    private let path: String
    private let descriptor: Int32
    private let delimiter: UInt8
    private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: chunkSize)
    private var position = 0
    private var filled = 0
    private var line = 1
    /// The byte before was a CR that ended a line: an LF that follows belongs to it.
    private var afterCarriageReturn = false
    private var state = State.fieldStart
    private var record = CSVRecord()
    private var fault: CSVFault?

    /// - Throws: `OperationError` when the file cannot be read or is evidently not CSV in UTF-8.
    package init(path: String, delimiter: UInt8 = UInt8(ascii: ",")) throws {
        self.path = path
        self.delimiter = delimiter
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            buffer.deallocate()
            throw OperationError.reading(path, errno)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            buffer.deallocate()
            throw OperationError.notCSV(path, "it is not an ordinary file", "Give a file that holds the export.")
        }
        bytesTotal = Int64(status.st_size)
        modified = WallTime(seconds: Int64(status.st_mtim.tv_sec))
        // All stored properties are set, so a throw from here on runs deinit.
        try fill()
        try skipByteOrderMark()
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// The next record or fault; nil at the end of the file. Lines without any text are passed over.
    package func next() throws -> Item? {
        while true {
            record.clear()
            fault = nil
            state = .fieldStart
            try passOverLineFeed()
            record.line = line
            while true {
                if position == filled, try !fill() { return atEnd() }
                if scan() { break }
            }
            if let fault { return .fault(fault, line: record.line, lastLine: line - 1) }
            if !record.isBlank { return .record(record) }
        }
    }

    // MARK: Reading

    /// - Returns: false at the end of the file.
    @discardableResult
    private func fill() throws -> Bool {
        position = 0
        filled = 0
        while true {
            let count = read(descriptor, buffer.baseAddress, Self.chunkSize)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw OperationError.reading(path, errno) }
            filled = count
            bytesRead += Int64(count)
            return count > 0
        }
    }

    private func skipByteOrderMark() throws {
        let head = Array(buffer[..<min(filled, 4)])
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
        } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            throw OperationError.notCSV(path, "it is UTF-16 text", "Export or save it as CSV in UTF-8.")
        } else if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            throw OperationError.notCSV(
                path, "it is a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV in UTF-8.")
        } else if head.starts(with: [0x1F, 0x8B]) {
            throw OperationError.notCSV(path, "it is compressed with gzip", "Unpack it first.")
        } else if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw OperationError.notCSV(path, "it is an Excel workbook", "Save the sheet as CSV in UTF-8.")
        }
    }

    private func passOverLineFeed() throws {
        guard afterCarriageReturn else { return }
        if position == filled, try !fill() { return }
        if buffer[position] == CSVByte.lineFeed { position += 1 }
        afterCarriageReturn = false
    }

    /// Takes bytes of the chunk into the record; true when the record has ended.
    private func scan() -> Bool {
        while position < filled {
            switch state {
            case .fieldStart:
                if buffer[position] == CSVByte.quote {
                    position += 1
                    record.isQuoted = true
                    state = .quoted
                } else {
                    state = .unquoted
                }
            case .unquoted:
                takeUnquoted()
                if position < filled, endField() { return true }
            case .quoted:
                takeQuoted()
            case .quoteInQuoted:
                switch buffer[position] {
                case CSVByte.quote:
                    take(position..<position + 1)
                    position += 1
                    state = .quoted
                case delimiter, CSVByte.lineFeed, CSVByte.carriageReturn:
                    if endField() { return true }
                default:
                    // Repairing this would mean guessing which quote was meant; the row is reported instead.
                    fault = fault ?? .textAfterQuote
                    state = .unquoted
                }
            }
        }
        return false
    }

    private func takeUnquoted() {
        let start = position
        while position < filled {
            let byte = buffer[position]
            if byte == delimiter || byte == CSVByte.lineFeed || byte == CSVByte.carriageReturn { break }
            position += 1
        }
        take(start..<position)
    }

    private func takeQuoted() {
        let start = position
        while position < filled {
            let byte = buffer[position]
            if byte == CSVByte.quote { break }
            if byte == CSVByte.carriageReturn || (byte == CSVByte.lineFeed && !afterCarriageReturn) { line += 1 }
            afterCarriageReturn = byte == CSVByte.carriageReturn
            position += 1
        }
        take(start..<position)
        if position < filled {
            position += 1
            afterCarriageReturn = false
            state = .quoteInQuoted
        }
    }

    /// Ends the field at the delimiter or line end under the position; true when the record ends with it.
    private func endField() -> Bool {
        let byte = buffer[position]
        position += 1
        state = .fieldStart
        finishField()
        if byte == delimiter { return false }
        line += 1
        afterCarriageReturn = byte == CSVByte.carriageReturn
        return true
    }

    private func take(_ range: Range<Int>) {
        guard fault != .tooLong else { return }
        if record.size + range.count > Self.maxRecordBytes {
            fault = .tooLong
        } else {
            record.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[range]))
        }
    }

    private func finishField() {
        // A field counts as a byte, so that a megabyte of delimiters is too long as well.
        if record.size >= Self.maxRecordBytes { fault = .tooLong }
        if fault != .tooLong { record.ends.append(record.bytes.count) }
    }

    private func atEnd() -> Item? {
        defer { state = .fieldStart }
        switch state {
        case .quoted: return .fault(.unterminatedQuote, line: record.line, lastLine: line)
        case .fieldStart where record.ends.isEmpty && fault == nil: return nil
        default: finishField()
        }
        // The next call finds the end of the file again, with an empty record.
        if let fault { return .fault(fault, line: record.line, lastLine: line) }
        return record.isBlank ? nil : .record(record)
    }
}

/// The fields of one record.
package struct CSVRecord: Sendable {
    /// Where the record begins; lines count from 1.
    package fileprivate(set) var line = 0
    /// All fields, unquoted, one after the other; `ends[i]` is where field i ends.
    fileprivate var bytes: [UInt8] = []
    fileprivate var ends: [Int] = []
    fileprivate var isQuoted = false

    package var count: Int { ends.count }

    /// The text of a field; what is not UTF-8, and a NUL byte, is replaced by U+FFFD and `isRepaired` is true.
    package func text(_ field: Int) -> (text: String, isRepaired: Bool) {
        let slice = bytes[(field == 0 ? 0 : ends[field - 1])..<ends[field]]
        let hasNul = slice.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
        if !hasNul, let text = String(validating: slice, as: UTF8.self) { return (text, false) }
        let text = String(decoding: slice, as: UTF8.self)
        return (hasNul ? text.replacing("\0", with: "\u{FFFD}") : text, true)
    }

    fileprivate var size: Int { bytes.count + ends.count }

    fileprivate var isBlank: Bool { ends.count == 1 && bytes.isEmpty && !isQuoted }

    fileprivate mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        isQuoted = false
    }
}

private enum CSVByte {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}

extension OperationError {
    fileprivate static func reading(_ path: String, _ code: Int32) -> OperationError {
        OperationError(
            code == EACCES || code == EPERM ? .permission : .unavailable, operation: "read the file to import",
            subject: path, cause: String(cString: strerror(code)), remedy: "Check the path and who may read it.")
    }

    fileprivate static func notCSV(_ path: String, _ cause: String, _ remedy: String) -> OperationError {
        OperationError(.badData, operation: "read the file to import", subject: path, cause: cause, remedy: remedy)
    }
}
