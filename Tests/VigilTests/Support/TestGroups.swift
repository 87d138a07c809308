import Testing

/// Tests that keep a core busy; one after the other.
@Suite(.serialized) enum UnderLoad {}

/// Tests that mostly wait for a daemon; one after the other, beside those under load.
@Suite(.serialized) enum InUse {}
