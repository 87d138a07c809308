internal import VigilCore

/// Names and numbers of people who do not exist. Numbers 555-0100 to 555-0199 are kept for fiction.
enum DemoNames {
    static func client(_ dice: inout DemoDice) -> String {
        "\(dice.pick(initials)). \(dice.pick(families))"
    }

    static func therapist(_ number: Int) -> (name: String, team: String) {
        (therapists[number % therapists.count], number < 5 ? "Adults" : number < 9 ? "Trauma" : "Drop-in and evening")
    }

    static func phone(_ dice: inout DemoDice) -> String {
        "555-01\(padded(dice.number(in: 0...99), 2))"
    }

    static let preferences = [
        "after 5pm only", "text first, then call", "work number, mornings", "not on Fridays: prayers",
        "ask for me by first name, do not say who is calling", "by letter to the office, no calls at home",
        "text relay service", "Spanish, with an interpreter",
    ]

    private static let initials = Array("ABCDEFGHIJKLMNOPRSTUVWYZ")

    private static let families = [
        "Abdi", "Adeyemi", "Alvarez", "Andersson", "Bakker", "Begay", "Bennett", "Campbell", "Castillo", "Chaudhry",
        "Chen",
        "Cohen", "Costa", "Delgado", "Diallo", "Dubois", "Ekwueme", "Eriksen", "Fernandes", "Fitzgerald", "Friedman",
        "Garcia", "Goldberg", "Gupta", "Haddad", "Hassan", "Hernandez", "Ito", "Ivanova", "Jackson", "Johansen",
        "Kahale",
        "Kaur", "Kelly", "Khan", "Kim", "Kowalski", "Larsen", "Lee", "Lopez", "MacLeod", "Marino", "Mbeki", "Mehta",
        "Mendoza",
        "Morgan", "Murphy", "Nakamura", "Ndiaye", "Nguyen", "Novak", "O'Connor", "Okafor", "Oliveira", "Osei",
        "Papadakis",
        "Park", "Patel", "Perez", "Petrov", "Pham", "Quinn", "Rahman", "Ramirez", "Reyes", "Rossi", "Sanders", "Santos",
        "Schmidt", "Shah", "Silva", "Singh", "Sørensen", "Suzuki", "Tanaka", "Taylor", "Thompson", "Torres", "Tran",
        "Tso",
        "Underwood", "Vargas", "Volkova", "Walker", "Washington", "Whitehorse", "Wong", "Yamamoto", "Yilmaz", "Young",
        "Zhang", "Zimmerman",
    ]

    private static let therapists = [
        "L. Amari", "J. Brandt", "S. Castellanos", "R. Dhillon", "M. Eze", "P. Farrell", "H. Grant", "T. Hoang",
        "N. Iqbal",
        "C. Jimenez", "D. Katz", "Y. Lindqvist",
    ]
}
