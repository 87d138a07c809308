/// Every factor, one line each, in the order in which reasons of equal points are shown.
package enum RiskFactorCatalog {
    package static let types: [any RiskFactor.Type] = [
        ColumbiaIdeation.self,
        PHQ9Item9.self,
        ClinicianFlagFactor.self,
        ScreenUnassessed.self,
        SuicidalBehaviour.self,
        SelfInjuryFactor.self,
        PsychiatricDischarge.self,
        EmergencyVisitSuicidal.self,
        NewClient.self,
        DiagnosisGroup.self,
        MedicationStopped.self,
        ThisMiss.self,
        PriorMisses.self,
        MissedInARow.self,
        NothingBooked.self,
        NoScreenOnFile.self,
    ]
}
