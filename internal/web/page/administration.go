package page

func (s *Site) administrationPages(page register) {}
